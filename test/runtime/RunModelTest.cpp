// RunModelTest FOLDER: runs the models that run-model.test has compiled there.

#include "test/TensorChecks.h"
#include "test/TestProgram.h"

#include "nnc/Model.h"

#include <atomic>
#include <cfenv>
#include <cstdlib>
#include <cstring>
#include <new>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <xmmintrin.h>

using namespace nnc;

//===----------------------------------------------------------------------===//
// Every allocation of the process is counted.
//===----------------------------------------------------------------------===//

static std::atomic<long> allocations{0};

#ifndef __SANITIZE_ADDRESS__ // AddressSanitizer has a malloc of its own
extern "C" void *__libc_malloc(size_t);
extern "C" void *__libc_memalign(size_t, size_t);
extern "C" void *malloc(size_t size) noexcept {
  ++allocations;
  return __libc_malloc(size);
}
extern "C" void *aligned_alloc(size_t alignment, size_t size) noexcept {
  ++allocations;
  return __libc_memalign(alignment, size);
}
#endif

static Model loadTwoLayers() {
  return Model::load(folder + "/two-layers.so", folder + "/two-layers.safetensors", "cpu");
}
static Model loadStatic() { return Model::load(folder + "/static.so", folder + "/static.safetensors", "cpu"); }

static Tensor makeInput(int64_t batch) {
  Tensor x({batch, 37});
  for (int64_t i = 0; i < x.numel(); ++i)
    x.data<float>()[i] = static_cast<float>(i * 7919 % 1000) / 500 - 1;
  return x;
}

TEST(RunModel, saysWhatItIs) {
  Model model = loadTwoLayers();
  EXPECT_EQ(model.name(), "TwoLayers");
  EXPECT_TRUE(model.isOpen());
  ASSERT_EQ(model.inputs().size(), 1u);
  EXPECT_EQ(model.inputs()[0].name, "x");
  EXPECT_EQ(model.inputs()[0].shape, (Shape{-1, 37}));
  EXPECT_EQ(model.outputs()[0].name, "y");
  ASSERT_EQ(model.parameters().size(), 3u);
  EXPECT_EQ(model.parameters()[2].name, "1.weight");
}

TEST(RunModel, allocatesNothing) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "allocations are not counted under AddressSanitizer";
#endif
  Model model = loadTwoLayers();
  Runner runner = model.runner({64, 2, {}, /*leastSharedFlops=*/0});
  Tensor x = makeInput(64), y({64, 5});
  Runner::Input input{x.rawData(), x.sizeBytes()};
  Runner::Output output{y.rawData(), y.sizeBytes()};
  long before = allocations;
  Status good = runner.run(x.data<float>(), y.data<float>(), 64);
  Status sized = runner.run(&input, 1, &output, 1, 64);
  // A wrong call formats a message, without allocating either.
  Status bad = runner.run(x.data<float>(), y.data<float>(), 65);
  EXPECT_EQ(allocations - before, 0);
  EXPECT_TRUE(good.ok() && sized.ok());
  EXPECT_STREQ(bad.message, "batch is 65; the runner was made for up to 64");
  Tensor counted({1});
  EXPECT_GT(allocations - before, 0) << "the hook counts";
}

TEST(RunModel, checksArguments) {
  Model model = loadTwoLayers();
  Runner runner = model.runner({8, 1});
  float x[37 * 8] = {}, y[5 * 8];
  auto message = [](Status status) { return status.ok() ? "ok" : std::string(status.message); };
  EXPECT_EQ(message(runner.run(x, y, 8)), "ok");
  EXPECT_EQ(message(runner.run(nullptr, y, 0)), "ok");
  EXPECT_EQ(message(runner.run(x, y, -1)), "batch is -1; it is 0 or more");
  EXPECT_EQ(message(runner.run(nullptr, y, 1)), "input \"x\" is null");
  EXPECT_EQ(message(runner.run(x, nullptr, 1)), "output \"y\" is null");
  const void *from[] = {x, x};
  void *to[] = {y};
  EXPECT_EQ(message(runner.run(from, 2, to, 1, 1)), "2 inputs were given, model TwoLayers takes 1");
  EXPECT_EQ(message(runner.run(from, 1, to, 0, 1)), "0 outputs were given, model TwoLayers gives 1");
  Runner::Input input{x, 37 * 4};
  Runner::Output output{y, 5 * 4, "y"};
  EXPECT_EQ(message(runner.run(&input, 1, &output, 1, 2)), "input \"x\" has 148 bytes, batch 2 needs 296");
  input.bytes = 296;
  EXPECT_EQ(message(runner.run(&input, 1, &output, 1, 2)), "output \"y\" has 20 bytes, batch 2 needs 40");
  Runner other = loadStatic().runner();
  EXPECT_EQ(message(other.run(x, y, 1)),
            "model Static has not one f32 input and one f32 output; run it with lists of pointers");
}

TEST(RunModel, spansByName) {
  Model model = loadStatic();
  Runner runner = model.runner();
  float a[32] = {}, b[32] = {7}, p[12], same[32];
  int64_t classes[4];
  Runner::Input inputs[] = {{b, sizeof b, "b"}, {a, sizeof a, "a"}};
  Runner::Output outputs[] = {{same, sizeof same, "same"}, {p, sizeof p, "p"}, {classes, sizeof classes, "class"}};
  EXPECT_TRUE(runner.run(inputs, 2, outputs, 3, 1).ok());
  EXPECT_EQ(same[0], 7);
  inputs[1].name = "b";
  EXPECT_STREQ(runner.run(inputs, 2, outputs, 3, 1).message, "input \"b\" is given twice");
  inputs[1].name = "c";
  EXPECT_STREQ(runner.run(inputs, 2, outputs, 3, 1).message, "model Static has no input \"c\"");
}

TEST(RunModel, checksTensors) {
  Model model = loadTwoLayers();
  auto message = [&](const std::vector<const Tensor *> &inputs) {
    Result<std::vector<Tensor>> result = model.tryRun(inputs);
    return result ? "ok" : result.error().message();
  };
  Tensor good({2, 37}), rank({37}), size({2, 36}), type({2, 37}, DType::I64), scalar;
  EXPECT_EQ(message({&good}), "ok");
  EXPECT_EQ(message({&rank}), "input \"x\" is [37], model TwoLayers needs [batch, 37]");
  EXPECT_EQ(message({&size}), "input \"x\" is [2, 36], model TwoLayers needs [batch, 37]");
  EXPECT_EQ(message({&type}), "input \"x\" is i64, model TwoLayers needs f32");
  EXPECT_EQ(message({&scalar}), "input \"x\" is [], model TwoLayers needs [batch, 37]");
  EXPECT_EQ(message({&good, &good}), "model TwoLayers takes 1 inputs, 2 were given");
  EXPECT_THROW(model(size), Error);
}

TEST(RunModel, checksRunners) {
  Model model = loadTwoLayers();
  EXPECT_FALSE(model.tryRunner({-1, 1}).ok());
  EXPECT_FALSE(model.tryRunner({1, 0}).ok());
  EXPECT_FALSE(model.tryRunner({INT64_MAX, 1}).ok());
}

TEST(RunModel, anyNumberOfThreadsGivesTheSameBits) {
  Model model = loadTwoLayers();
  for (int64_t batch : {1, 2, 5, 16, 100}) {
    Tensor x = makeInput(batch), expected = model(x);
    for (int threads : {2, 3, 8}) {
      Runner runner = model.runner({batch, threads, {}, /*leastSharedFlops=*/0});
      for (int repeat = 0; repeat < 50; ++repeat) {
        Tensor y({batch, 5});
        ASSERT_TRUE(runner.run(x.data<float>(), y.data<float>(), batch).ok());
        ASSERT_TRUE(sameBits(y, expected)) << batch << " rows on " << threads << " threads";
      }
    }
  }
}

/// Every part on a thread of its own, and all parts on this one.
static void runOnNewThreads(void *, uint32_t parts, void (*work)(void *, uint32_t), void *context) {
  std::vector<std::thread> threads;
  for (uint32_t part = 0; part < parts; ++part)
    threads.emplace_back(work, context, part);
  for (std::thread &thread : threads)
    thread.join();
}
static void runInTurn(void *self, uint32_t parts, void (*work)(void *, uint32_t), void *context) {
  for (uint32_t part = 0; part < parts; ++part)
    work(context, parts - 1 - part);
  ++*static_cast<int *>(self);
}

TEST(RunModel, theCallersParallelFor) {
  Model model = loadTwoLayers();
  int calls = 0;
  for (int64_t batch : {1, 16, 100}) {
    Tensor x = makeInput(batch), expected = model(x);
    for (ParallelFor parallelFor : {ParallelFor{runOnNewThreads, nullptr}, ParallelFor{runInTurn, &calls}}) {
      Runner runner = model.runner({batch, 3, parallelFor, /*leastSharedFlops=*/0});
      Tensor y({batch, 5});
      ASSERT_TRUE(runner.run(x.data<float>(), y.data<float>(), batch).ok());
      EXPECT_TRUE(sameBits(y, expected)) << batch;
    }
  }
  // Few rows take a phase for each layer, many take one.
  EXPECT_EQ(calls, 2 + 1 + 1);
}

TEST(RunModel, smallCallsStayOnTheirThread) {
  Model model = loadTwoLayers();
  int calls = 0;
  Tensor x = makeInput(100), y({100, 5});
  Runner runner = model.runner({100, 2, ParallelFor{runInTurn, &calls}});
  ASSERT_TRUE(runner.run(x.data<float>(), y.data<float>(), 1).ok());
  EXPECT_EQ(calls, 0) << "5880 FLOPs";
  ASSERT_TRUE(runner.run(x.data<float>(), y.data<float>(), 100).ok());
  EXPECT_EQ(calls, 1) << "588000 FLOPs";
}

TEST(RunModel, eachPhaseHasToBeWorthSharing) {
  Model model = loadTwoLayers();
  Tensor x = makeInput(64), y({64, 5});
  // 5880 FLOPs a row. A row, which counts as two, takes two phases, 64 rows take one.
  struct {
    int64_t batch;
    uint64_t least;
    int phases;
  } cases[] = {{1, 5880, 2}, {1, 5881, 0}, {64, 376320, 1}, {64, 376321, 0}};
  for (auto [batch, least, phases] : cases) {
    int calls = 0;
    Runner runner = model.runner({batch, 2, ParallelFor{runInTurn, &calls}, least});
    ASSERT_TRUE(runner.run(x.data<float>(), y.data<float>(), batch).ok());
    EXPECT_EQ(calls, phases) << batch << " rows, at least " << least;
  }
}

TEST(RunModel, callsAtOnceDoNotWaitForThePool) {
  Model model = loadTwoLayers();
  Tensor x = makeInput(33), expected = model(x);
  std::atomic<int> wrong{0};
  auto work = [&] {
    Runner runner = model.runner({33, 3, {}, /*leastSharedFlops=*/0});
    Tensor y({33, 5});
    for (int i = 0; i < 300; ++i)
      if (!runner.run(x.data<float>(), y.data<float>(), 33).ok() || !sameBits(y, expected))
        ++wrong;
  };
  std::thread threads[] = {std::thread(work), std::thread(work), std::thread(work)};
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(RunModel, workersThatSleepWakeUp) {
  Model model = loadTwoLayers();
  Tensor x = makeInput(33), expected = model(x), y({33, 5});
  Runner runner = model.runner({33, 2, {}, /*leastSharedFlops=*/0});
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ASSERT_TRUE(runner.run(x.data<float>(), y.data<float>(), 33).ok());
    EXPECT_TRUE(sameBits(y, expected));
  }
}

TEST(RunModel, aChildOfForkRunsToo) {
  Model model = loadTwoLayers();
  Tensor x = makeInput(33), expected = model(x), y({33, 5});
  Runner runner = model.runner({33, 2, {}, /*leastSharedFlops=*/0});
  ASSERT_TRUE(runner.run(x.data<float>(), y.data<float>(), 33).ok());
  pid_t child = fork();
  if (child == 0) {
    // The old Runner runs on its own thread; a new one makes threads anew.
    bool good = runner.run(x.data<float>(), y.data<float>(), 33).ok() && sameBits(y, expected);
    Runner another = model.runner({33, 2, {}, /*leastSharedFlops=*/0});
    good = good && another.run(x.data<float>(), y.data<float>(), 33).ok() && sameBits(y, expected);
    _exit(good ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(runner.run(x.data<float>(), y.data<float>(), 33).ok());
}

TEST(RunModel, twoThreadsShareAModel) {
  Model model = loadTwoLayers();
  Tensor x = makeInput(33), expected = model(x);
  std::atomic<int> wrong{0};
  auto work = [&] {
    Runner runner = model.runner({33, 1});
    Tensor y({33, 5});
    for (int i = 0; i < 200; ++i)
      if (!runner.run(x.data<float>(), y.data<float>(), 33).ok() || !sameBits(y, expected))
        ++wrong;
  };
  std::thread first(work), second(work);
  first.join();
  second.join();
  EXPECT_EQ(wrong, 0);
}

TEST(RunModel, twoModelsInOneProcess) {
  Model two = loadTwoLayers(), other = loadStatic();
  Tensor a({4, 8}), b({4, 8});
  for (int i = 0; i < 32; ++i)
    b.data<float>()[i] = static_cast<float>(i);
  std::vector<Tensor> results = other.run({&a, &b});
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].data<float>()[0], 1.0f / 3) << "softmax of zeros";
  EXPECT_EQ(results[1].dtype(), DType::I64);
  EXPECT_TRUE(sameBits(results[2], b)) << "an input may be a result";
  EXPECT_EQ(two(makeInput(3)).shape(), (Shape{3, 5}));
}

TEST(RunModel, otherWeightsSameCode) {
  Model model = loadTwoLayers();
  Tensor x = makeInput(3), before = model(x);
  Model other = model.withWeights(folder + "/other.safetensors");
  EXPECT_FALSE(sameBits(other(x), before));
  EXPECT_TRUE(sameBits(model(x), before)) << "the old one stays as it was";
}

TEST(RunModel, outlivesItsModel) {
  std::unique_ptr<Runner> runner;
  {
    Model model = loadTwoLayers();
    runner = std::make_unique<Runner>(model.runner());
  }
  float x[37] = {}, y[5];
  EXPECT_TRUE(runner->run(x, y, 1).ok());
}

TEST(RunModel, keepsTheCallersFloatEnvironment) {
  Model model = loadTwoLayers();
  // Subnormal products and sums that need rounding.
  Tensor x = makeInput(5);
  for (int64_t i = 0; i < x.numel(); i += 2)
    x.data<float>()[i] *= 0x1p-127f;
  Tensor expected = model(x);
  constexpr unsigned flushToZero = 0x8000, denormalsAreZero = 0x0040;
  unsigned before = _mm_getcsr();
  for (int rounding : {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    fesetround(rounding);
    _mm_setcsr(_mm_getcsr() | flushToZero | denormalsAreZero);
    unsigned set = _mm_getcsr();
    Runner runner = model.runner({5, 1});
    Tensor y({5, 5});
    EXPECT_TRUE(runner.run(x.data<float>(), y.data<float>(), 5).ok());
    EXPECT_EQ(_mm_getcsr(), set);
    _mm_setcsr(before);
    fesetround(FE_TONEAREST);
    EXPECT_TRUE(sameBits(y, expected)) << "rounding mode " << rounding;
  }
}

TEST(RunModel, refusesDevicesThatItHasNoCodeFor) {
  std::string so = folder + "/two-layers.so", weights = folder + "/two-layers.safetensors";
  Result<Model> cuda = Model::tryLoad(so, weights, "cuda:1");
  ASSERT_FALSE(cuda.ok());
  EXPECT_EQ(cuda.error().code(), StatusCode::Invalid);
  EXPECT_EQ(cuda.error().message(), "model TwoLayers has no code for GPUs; compile it with --device=cpu,cuda");
  Result<Model> mps = Model::tryLoad(so, weights, "mps");
  ASSERT_FALSE(mps.ok());
  EXPECT_EQ(mps.error().code(), StatusCode::Unsupported);
  Result<Model> unknown = Model::tryLoad(so, weights, "cuda:one");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code(), StatusCode::Invalid);
}

TEST(RunModel, saysWhyItIsNotOnAGpu) {
  std::string so = folder + "/two-layers.so", weights = folder + "/two-layers.safetensors";
  Model model = Model::load(so, weights, "auto");
  EXPECT_EQ(model.device(), Device());
  EXPECT_EQ(model.deviceNote(), "model TwoLayers has no code for GPUs; compile it with --device=cpu,cuda");
  EXPECT_EQ(Model::load(so, weights, "cpu").deviceNote(), "");
}

TEST(RunModel, takesWeightsFromMemory) {
  std::string so = folder + "/two-layers.so", file = folder + "/two-layers.safetensors";
  StateDict weights = load(file);
  Model fromFile = Model::load(so, file), fromMemory = fromFile.tryWithWeights(weights).orThrow();
  const TensorInfo &input = fromFile.inputs().front();
  Tensor x = ones(shapeOf(input, 3));
  EXPECT_EQ(toString(fromMemory(x)), toString(fromFile(x)));

  StateDict changed("changed");
  for (const auto &[name, tensor] : weights)
    changed.add(name, zeros(tensor.shape()));
  Tensor y = fromFile.tryWithWeights(changed).orThrow()(x);
  for (int64_t i = 0; i < y.numel(); ++i)
    EXPECT_EQ(y.data<float>()[i], 0);
  changed.add("further", tensor(std::vector<float>{1}));
  Result<Model> unfit = fromFile.tryWithWeights(changed);
  ASSERT_FALSE(unfit.ok());
  EXPECT_NE(unfit.error().message().find("weights in 'changed' do not fit"), std::string::npos);
  EXPECT_NE(unfit.error().message().find("unexpected: \"further\""), std::string::npos);
}

int main(int argc, char **argv) { return runTests(argc, argv); }
