// CudaTest FOLDER: models and tensors on a GPU, a real one or the software GPU.

#include "test/TensorChecks.h"
#include "test/TestProgram.h"
#include "test/runtime/cuda/ScaleModel.h"
#include "test/runtime/cuda/SoftGpu.h"

#include "cuda/Context.h"
#include "cuda/Memory.h"
#include "nnc/Model.h"
#include "nnc/Npy.h"
#include "nnc/Random.h"
#include "nnc/nnc.h"

#include <atomic>
#include <thread>

using namespace nnc;
using cuda::CUdeviceptr;

namespace {

class Cuda : public testing::Test {
protected:
  Cuda() {
    StateDict weights;
    weights.add("w", tensor(std::vector<float>{1, 2, -3, 0.5f}));
    save(weights, weightsFile);
  }

  Model load(const std::string &device = "cuda") { return Model::fromTable(&table.model, weightsFile, device); }

  static Tensor makeInput(int64_t batch) {
    Tensor x({batch, ScaleModel::width});
    float *elements = x.data<float>();
    for (int64_t i = 0; i < x.numel(); ++i)
      elements[i] = static_cast<float>(i * 7919 % 1000) / 500 - 1;
    return x;
  }

  /// What the model gives on the CPU.
  Tensor expected(const Tensor &x) { return load("cpu")(x.to("cpu")); }

  /// How many kernels the software GPU has run; always 0 with a real one.
  static uint64_t countLaunches() {
    auto count = softGpu().find<uint64_t (*)(const char *)>("softgpu_count");
    return count ? count("launches") : 0;
  }

  std::string weightsFile = folder + "/scale.safetensors";
  ScaleModel table;
};

} // namespace

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

TEST_F(Cuda, runsAModel) {
  Model model = load();
  EXPECT_EQ(model.device(), Device::cuda(0));
  EXPECT_EQ(model.level(), "compute_80");
  EXPECT_EQ(model.deviceNote(), "");
  for (int64_t batch : {1, 2, 4, 5, 64, 65, 1000}) {
    Tensor x = makeInput(batch), y = model(x);
    EXPECT_EQ(y.device(), Device()) << "a host tensor gives a host result";
    EXPECT_TRUE(sameBits(y, expected(x))) << batch;
  }
  EXPECT_EQ(model(Tensor({0, 4})).shape(), (Shape{0, 4}));
}

TEST_F(Cuda, isChosenByAuto) {
  Model model = load("auto");
  EXPECT_EQ(model.device(), Device::cuda(0));
  EXPECT_EQ(model.deviceNote(), "");
}

TEST_F(Cuda, aDeviceTensorGivesADeviceResult) {
  Model model = load();
  Tensor x = makeInput(7), onGpu = x.to("cuda"), y = model(onGpu);
  EXPECT_EQ(y.device(), Device::cuda(0));
  EXPECT_TRUE(sameBits(y, expected(x)));
  EXPECT_EQ(errorOf([&] { load("cpu")(onGpu); }), "input \"x\" is on cuda:0, model Scale is on cpu");
}

TEST_F(Cuda, takesPointersOfHostAndDevice) {
  Model model = load();
  Runner runner = model.runner({100, 1});
  for (int64_t batch : {1, 3, 4, 5, 100}) {
    Tensor x = makeInput(batch), deviceX = x.to("cuda"), want = expected(x);
    for (bool inputOnGpu : {false, true})
      for (bool outputOnGpu : {false, true}) {
        Tensor y = zeros(x.shape(), outputOnGpu ? "cuda" : "cpu");
        const void *from[] = {inputOnGpu ? deviceX.rawData() : x.rawData()};
        void *to[] = {y.rawData()};
        Status status = runner.run(from, 1, to, 1, batch);
        ASSERT_TRUE(status.ok()) << status.message;
        EXPECT_TRUE(sameBits(y, want)) << batch << " rows, input on the GPU: " << inputOnGpu;
      }
  }
  Tensor shifted = makeInput(8).to("cuda")[Slice(0, 4)];
  const void *from[] = {static_cast<const char *>(shifted.rawData()) + 4};
  float y[16];
  void *to[] = {y};
  Status status = runner.run(from, 1, to, 1, 1);
  EXPECT_NE(std::string(status.message).find("on a GPU it has to be at a multiple of 16 bytes"), std::string::npos);
}

TEST_F(Cuda, takesPinnedMemoryAndMuchMemory) {
  Model model = load();
  constexpr int64_t most = 70000; // 1.1 MB
  Runner runner = model.runner({most, 1});
  auto context = cuda::Context::get(0).orThrow();
  auto pinned = [&] {
    return cuda::PinnedMemory::allocate(context, most * ScaleModel::width * sizeof(float), "a test").orThrow();
  };
  cuda::PinnedMemory pinnedX = pinned(), pinnedY = pinned();
  for (int64_t batch : {int64_t(3), int64_t(5000), most}) {
    Tensor x = makeInput(batch), want = expected(x), y(x.shape());
    size_t bytes = static_cast<size_t>(x.numel()) * sizeof(float);
    std::memcpy(pinnedX.data(), x.rawData(), bytes);
    const void *from[] = {x.rawData()}, *fromPinned[] = {pinnedX.data()};
    void *to[] = {y.rawData()}, *toPinned[] = {pinnedY.data()};
    EXPECT_TRUE(runner.run(from, 1, to, 1, batch).ok());
    EXPECT_TRUE(sameBits(y, want)) << batch;
    EXPECT_TRUE(runner.run(fromPinned, 1, toPinned, 1, batch).ok());
    EXPECT_EQ(std::memcmp(pinnedY.data(), want.rawData(), bytes), 0) << batch;
  }
}

TEST_F(Cuda, swapsWeights) {
  Model model = load();
  Tensor x = makeInput(3), before = model(x);
  StateDict weights;
  weights.add("w", ones({4}, "cuda"));
  Model other = model.tryWithWeights(weights).orThrow();
  EXPECT_EQ(other.device(), Device::cuda(0));
  Tensor y = other(x);
  for (int64_t i = 0; i < x.numel(); ++i)
    EXPECT_EQ(y.data<float>()[i], x.data<float>()[i] + 1);
  EXPECT_TRUE(sameBits(model(x), before)) << "the old one stays as it was";
}

TEST_F(Cuda, runnersRunAtOnce) {
  Model model = load();
  Tensor few = makeInput(3), many = makeInput(70), expectedFew = expected(few), expectedMany = expected(many);
  std::atomic<int> wrong{0};
  auto work = [&] {
    Runner runner = model.runner({70, 1});
    Tensor y({3, 4}), z({70, 4});
    for (int i = 0; i < 20; ++i) {
      bool good = runner.run(few.data<float>(), y.data<float>(), 3).ok() &&
                  runner.run(many.data<float>(), z.data<float>(), 70).ok();
      if (!good || !sameBits(y, expectedFew) || !sameBits(z, expectedMany))
        ++wrong;
    }
  };
  std::thread threads[] = {std::thread(work), std::thread(work), std::thread(work)};
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(Cuda, runsOnTheCallersStream) {
  auto context = cuda::Context::get(0).orThrow();
  cuda::CUstream stream = nullptr;
  ASSERT_FALSE(context->within([&] { return context->driver.cuStreamCreate(&stream, 0); }));
  {
    RunnerOptions options;
    options.maxBatch = 70;
    options.cudaStream = stream;
    Runner runner = load().runner(options);
    for (int64_t batch : {2, 70}) {
      Tensor x = makeInput(batch).to("cuda"), y = zeros(x.shape(), "cuda"), z = zeros(x.shape());
      const void *from[] = {x.rawData()};
      void *to[] = {y.rawData()};
      // Only queued; then one with a host pointer, which waits.
      ASSERT_TRUE(runner.run(from, 1, to, 1, batch).ok());
      to[0] = z.rawData();
      ASSERT_TRUE(runner.run(from, 1, to, 1, batch).ok());
      EXPECT_TRUE(sameBits(z, expected(x)));
      ASSERT_FALSE(context->within([&] { return context->driver.cuStreamSynchronize(stream); }));
      EXPECT_TRUE(sameBits(y, z));
    }
  }
  EXPECT_FALSE(context->within([&] { return context->driver.cuStreamDestroy(stream); }));
}

TEST_F(Cuda, runsOnADefaultStream) {
  RunnerOptions options;
  options.maxBatch = 2;
  for (uintptr_t handle : {/*CU_STREAM_LEGACY*/ 1, /*CU_STREAM_PER_THREAD*/ 2}) {
    options.cudaStream = reinterpret_cast<void *>(handle);
    Runner runner = load().runner(options);
    Tensor x = makeInput(2), y({2, 4});
    ASSERT_TRUE(runner.run(x.data<float>(), y.data<float>(), 2).ok());
    EXPECT_TRUE(sameBits(y, expected(x)));
  }
}

TEST_F(Cuda, leavesTheCallersContextCurrent) {
  auto getCurrent = softGpu().find<int (*)(void **)>("cuCtxGetCurrent");
  ASSERT_TRUE(getCurrent);
  Model model = load();
  void *current = this;
  ASSERT_EQ(getCurrent(&current), 0);
  EXPECT_EQ(current, nullptr);
  model(makeInput(2).to("cuda"));
  ASSERT_EQ(getCurrent(&current), 0);
  EXPECT_EQ(current, nullptr);
}

TEST_F(Cuda, measuresTheParts) {
  RunnerOptions options;
  options.maxBatch = 70;
  options.timed = true;
  Runner runner = load().runner(options);
  Tensor x = makeInput(70), y({70, 4});
  ASSERT_TRUE(runner.run(x.data<float>(), y.data<float>(), 70).ok());
  EXPECT_GT(runner.times().kernelsUs, 0);
  EXPECT_GT(runner.times().launchUs, 0);
  EXPECT_EQ(load("cpu").runner(options).times().kernelsUs, 0);
}

TEST_F(Cuda, checksCalls) {
  Runner runner = load().runner({8, 1});
  float x[32] = {}, y[32];
  EXPECT_STREQ(runner.run(x, y, 9).message, "batch is 9; the runner was made for up to 8");
  EXPECT_TRUE(runner.run(nullptr, nullptr, 0).ok());
  Result<Runner> huge = load().tryRunner({INT64_MAX / 16, 1});
  ASSERT_FALSE(huge.ok());
}

TEST_F(Cuda, namesWhatTheModelLacks) {
  EXPECT_NE(errorOf([&] { load("cuda:99"); }).find("cuda:99: there is no such GPU"), std::string::npos);
  table.images[0].arch = 999;
  std::string tooNew = errorOf([&] { load(); });
  EXPECT_NE(tooNew.find("model Scale has no code for cuda:0"), std::string::npos) << tooNew;
  EXPECT_NE(tooNew.find("it has PTX for sm_999 and newer"), std::string::npos) << tooNew;
  Model fallback = load("auto");
  EXPECT_EQ(fallback.device(), Device());
  EXPECT_EQ(fallback.deviceNote(), tooNew);
  table.images[0].arch = 80;
  table.kernels[1].name = "no_such_kernel";
  EXPECT_NE(errorOf([&] { load(); }).find("cannot use kernel no_such_kernel of model Scale"), std::string::npos);
  static const char noPtx[] = ".version 7.0\n.target sm_80\n.address_size 64\nno PTX";
  table.images[0] = {sizeof table.images[0], NNC_CUDA_PTX, 80, 70, noPtx, sizeof noPtx};
  std::string invalid = errorOf([&] { load(); });
  EXPECT_NE(invalid.find("the driver does not take the model's PTX"), std::string::npos) << invalid;
  EXPECT_NE(invalid.find("218"), std::string::npos) << invalid;
}

TEST_F(Cuda, worksFromC) {
  nnc_handle *model = nnc_open_table(&table.model, weightsFile.c_str(), "cuda:0");
  ASSERT_TRUE(model) << nnc_last_error();
  EXPECT_STREQ(nnc_device(model), "cuda:0");
  EXPECT_STREQ(nnc_device_note(model), "");
  nnc_runner *runner = nnc_runner_create(model, 2, 1);
  ASSERT_TRUE(runner) << nnc_last_error();
  Tensor x = makeInput(2), onGpu = x.to("cuda"), y({2, 4});
  const void *inputs[] = {onGpu.rawData()};
  void *outputs[] = {y.rawData()};
  EXPECT_EQ(nnc_run(runner, inputs, 1, outputs, 1, 2), NNC_OK) << nnc_last_error();
  EXPECT_TRUE(sameBits(y, expected(x)));
  nnc_runner_destroy(runner);
  nnc_close(model);
}

TEST_F(Cuda, queuesOnTheStreamOfACProgram) {
  auto context = cuda::Context::get(0).orThrow();
  cuda::CUstream stream = nullptr;
  ASSERT_FALSE(context->within([&] { return context->driver.cuStreamCreate(&stream, 0); }));
  nnc_handle *model = nnc_open_table(&table.model, weightsFile.c_str(), "cuda:0");
  nnc_runner_options options = NNC_RUNNER_OPTIONS;
  EXPECT_EQ(options.max_batch, 1);
  options.max_batch = 2;
  options.cuda_stream = stream;
  nnc_runner *runner = nnc_runner_create_with(model, &options);
  ASSERT_TRUE(runner) << nnc_last_error();
  Tensor x = makeInput(2), onGpu = x.to("cuda"), y = zeros({2, 4}, "cuda");
  const void *inputs[] = {onGpu.rawData()};
  void *outputs[] = {y.rawData()};
  uint64_t launches = countLaunches();
  EXPECT_EQ(nnc_run(runner, inputs, 1, outputs, 1, 2), NNC_OK) << nnc_last_error();
  EXPECT_EQ(countLaunches(), launches) << "it does not wait for the kernels";
  ASSERT_FALSE(context->within([&] { return context->driver.cuStreamSynchronize(stream); }));
  EXPECT_TRUE(sameBits(y, expected(x)));
  nnc_runner_destroy(runner);
  options.size = 8;
  EXPECT_EQ(nnc_runner_create_with(model, &options), nullptr);
  EXPECT_STREQ(nnc_last_error(),
               "nnc_runner_options of another size than this library's; begin with NNC_RUNNER_OPTIONS");
  nnc_close(model);
  EXPECT_FALSE(context->within([&] { return context->driver.cuStreamDestroy(stream); }));
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

TEST_F(Cuda, tensorsPrintTheirDevice) {
  manual_seed(0);
  Tensor x = rand({2, 2}, "cuda");
  EXPECT_EQ(print(x), "tensor([[0.4963, 0.7682],\n        [0.0885, 0.1320]], device='cuda:0')");
  EXPECT_EQ(print(x[1]), "tensor([0.0885, 0.1320], device='cuda:0')");
  EXPECT_EQ(print(x.argmax(1)), "tensor([1, 1], device='cuda:0')");
  EXPECT_EQ(print(x.argmax()), "tensor(1, device='cuda:0')");
  EXPECT_EQ(print(x.requires_grad_()[0][Slice(0, 1)]), "tensor([0.4963], device='cuda:0', requires_grad=True)");
  EXPECT_EQ(print(zeros({0, 3}, "cuda")), "tensor([], device='cuda:0', size=(0, 3))");
}

TEST_F(Cuda, tensorsAreCopied) {
  Tensor x = makeInput(3), onGpu = x.to("cuda"), clone = onGpu.clone();
  EXPECT_TRUE(onGpu.to("cuda:0").isSame(onGpu));
  EXPECT_FALSE(clone.isSame(onGpu));
  EXPECT_EQ(clone.device(), Device::cuda(0));
  onGpu.copy_(zeros({3, 4}));
  EXPECT_TRUE(sameBits(onGpu, zeros({3, 4})));
  EXPECT_TRUE(sameBits(clone, x));
  Tensor host = zeros({3, 4});
  host.copy_(clone);
  EXPECT_TRUE(sameBits(host, x));
  onGpu[1].copy_(clone[1]);
  EXPECT_TRUE(sameBits(onGpu[1], x[1]));
  EXPECT_EQ(clone[0][1].item<float>(), x[0][1].item<float>());
}

TEST_F(Cuda, elementsOnAGpuAreNotTheHosts) {
  Tensor x = makeInput(1).to("cuda");
  EXPECT_EQ(errorOf([&] { x.data<float>()[0] = 1; }),
            "the elements of a tensor on cuda:0 cannot be read or written from the host; move it with to(\"cpu\")");
}

TEST_F(Cuda, elementsMoveForAllWhoShareThem) {
  Tensor x = makeInput(2), copy = x, other = makeInput(3);
  ElementsId id = x.elementsId();
  Tensor::moveAll({x, other}, "cuda");
  EXPECT_EQ(copy.device(), Device::cuda(0));
  EXPECT_EQ(copy.elementsId(), id);
  EXPECT_TRUE(sameBits(copy, makeInput(2)));
  Tensor::moveAll({x, other}, "cpu");
  EXPECT_TRUE(sameBits(other, makeInput(3)));
}

TEST_F(Cuda, tensorsAreSavedFromAGpu) {
  Tensor x = makeInput(2);
  StateDict state;
  state.add("x", x.to("cuda"));
  save(state, folder + "/saved.safetensors");
  EXPECT_TRUE(sameBits(nnc::load(folder + "/saved.safetensors").at("x"), x));
  ASSERT_FALSE(writeNpy(folder + "/saved.npy", x.to("cuda")));
  EXPECT_TRUE(sameBits(*readNpy(folder + "/saved.npy"), x));
}

TEST_F(Cuda, saysWhenElementsMayHaveChanged) {
  Tensor x = makeInput(2).to("cuda");
  uint64_t before = x.fingerprint();
  EXPECT_EQ(x.fingerprint(), before);
  Tensor::view(x.rawData() ? static_cast<float *>(x.rawData()) : nullptr, x.shape(), "cuda")
      .copy_(makeInput(4)[Slice(2, 4)]);
  EXPECT_NE(x.fingerprint(), before);
}

//===----------------------------------------------------------------------===//
// Several devices
//===----------------------------------------------------------------------===//

TEST_F(Cuda, twoGpus) {
  if (softGpu().set)
    softGpu().set("SOFTGPU_DEVICES", 2);
  if (listGpus().orThrow().size() < 2)
    GTEST_SKIP() << "there is one GPU";
  Model first = load("cuda:0"), second = load("cuda:1");
  EXPECT_EQ(second.device(), Device::cuda(1));
  Tensor x = makeInput(6), on0 = x.to("cuda:0"), on1 = on0.to("cuda:1");
  EXPECT_EQ(print(on1.device()), "cuda:1");
  EXPECT_TRUE(sameBits(first(x), expected(x)));
  EXPECT_TRUE(sameBits(second(on1), expected(x)));
  EXPECT_EQ(errorOf([&] { first(on1); }), "input \"x\" is on cuda:1, model Scale is on cuda:0");
  Runner runner = first.runner({6, 1});
  Tensor y({6, 4});
  const void *from[] = {on1.rawData()};
  void *to[] = {y.rawData()};
  EXPECT_STREQ(runner.run(from, 1, to, 1, 6).message, "input \"x\" is on cuda:1, model Scale is on cuda:0");
  on0.copy_(on1);
  EXPECT_TRUE(sameBits(on0, x));
}

int main(int argc, char **argv) { return runTests(argc, argv); }
