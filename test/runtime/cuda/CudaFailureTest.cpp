// CudaFailureTest FOLDER: what a model does when the driver cannot start, loses its context, is short of memory, does
// not take the code, or is called where it may not be. Needs the software GPU.

#include "test/runtime/cuda/CudaFailure.h"

#include "cuda/Context.h"
#include "cuda/Memory.h"

#include <sys/wait.h>
#include <unistd.h>

using namespace nnc;

// The first test: the driver starts once in a process.
TEST_F(CudaFailure, aDriverThatDoesNotStart) {
  ASSERT_TRUE(gpu.failCall);
  for (const char *function : {"cuInit", "cuDriverGetVersion"})
    for (auto &[code, says] : results) {
      gpu.failCall(function, 1, code);
      std::optional<Error> error = live();
      ASSERT_TRUE(error) << function << ' ' << code;
      EXPECT_EQ(error->code(), StatusCode::System);
      EXPECT_NE(error->message().find(says), std::string::npos) << error->message();
      EXPECT_EQ(error->message().rfind("the NVIDIA driver does not start: ", 0), 0u) << error->message();
    }
  std::optional<Error> error = live();
  EXPECT_FALSE(error) << error->message();
}

TEST_F(CudaFailure, fewSamplesAreOneCallAndNothingIsAllocated) {
  Model model = Model::fromTable(&table.model, weightsFile, "cuda");
  RunnerOptions options;
  options.maxBatch = 70;
  Runner runner = model.runner(options);
  Tensor x = ones({70, 4}), y({70, 4}), onGpu = x.to("cuda");
  // How often a call of `batch` calls the driver's functions.
  struct Counts {
    uint64_t graphs, updates, launches, allocations;
  };
  auto now = [&] {
    return Counts{gpu.calls("cuGraphLaunch"), gpu.calls("cuGraphExecKernelNodeSetParams"), gpu.calls("cuLaunchKernel"),
                  gpu.calls("cuMemAlloc_v2") + gpu.calls("cuMemHostAlloc") + gpu.calls("cuStreamCreate")};
  };
  auto expectCounts = [&](const Tensor &input, int64_t batch, const Counts &expected) {
    Counts before = now();
    const void *from[] = {input.rawData()};
    void *to[] = {y.rawData()};
    Status status = runner.run(from, 1, to, 1, batch);
    EXPECT_TRUE(status.ok()) << status.message;
    Counts after = now();
    EXPECT_EQ(after.graphs - before.graphs, expected.graphs) << batch;
    EXPECT_EQ(after.updates - before.updates, expected.updates) << batch;
    EXPECT_EQ(after.launches - before.launches, expected.launches) << batch;
    EXPECT_EQ(after.allocations - before.allocations, 0u) << batch;
  };
  expectCounts(x, 4, {1, 0, 0, 0}); // as the runner was made
  expectCounts(x, 4, {1, 0, 0, 0});
  expectCounts(x, 3, {1, 2, 0, 0});     // both kernels get another count
  expectCounts(onGpu, 3, {1, 1, 0, 0}); // one gets another address
  expectCounts(onGpu, 3, {1, 0, 0, 0});
  expectCounts(x, 70, {0, 0, 2, 0});
}

TEST_F(CudaFailure, aLostContextIsGoneWithItsModels) {
  {
    Model model = Model::fromTable(&table.model, weightsFile, "cuda");
    Runner runner = makeRunner(model);
    // Memory for one row, and a call of 70.
    Tensor row = zeros({1, 4}, "cuda"), y({70, 4});
    const void *from[] = {row.rawData()};
    void *to[] = {y.rawData()};
    Status status = runner.run(from, 1, to, 1, 70);
    ASSERT_FALSE(status.ok());
    std::string message = status.message;
    EXPECT_EQ(message.rfind("running model Scale on cuda:0: a kernel used an address outside its memory", 0), 0u)
        << message;
    EXPECT_TRUE(isLoss({status.code, message})) << message;
    EXPECT_FALSE(runner.run(y.data<float>(), y.data<float>(), 1).ok()) << "nothing runs any more";
    Result<Model> another = Model::tryFromTable(&table.model, weightsFile, "cuda");
    EXPECT_FALSE(another.ok());
    Model onCpu = Model::fromTable(&table.model, weightsFile, "auto");
    EXPECT_EQ(onCpu.device(), Device());
    EXPECT_NE(onCpu.deviceNote(), "");
  }
  for (const char *kind : {"allocation", "host", "context", "module", "stream", "event", "graph", "graph_exec"})
    EXPECT_EQ(gpu.live(kind), 0) << kind;
  std::optional<Error> after = live();
  EXPECT_FALSE(after) << after->message();
}

TEST_F(CudaFailure, ptxFollowsABinaryThatTheDriverDoesNotTake) {
  char binary[64] = "\177ELF";
  nnc_cuda_image images[] = {{sizeof images[0], NNC_CUDA_CUBIN, 80, 0, binary, sizeof binary}, table.images[0]};
  table.cudaVariants[0].images = ScaleModel::arrayOf(images);
  Model model = Model::fromTable(&table.model, weightsFile, "cuda");
  EXPECT_EQ(model.level(), "compute_80");
  EXPECT_FALSE(live());
  // Memory that ran out has nothing to do with the image.
  gpu.failCall("cuModuleLoadDataEx", 1, 2);
  EXPECT_FALSE(Model::tryFromTable(&table.model, weightsFile, "cuda"));
  table.cudaVariants[0].images.count = 1;
  Result<Model> onlyBinary = Model::tryFromTable(&table.model, weightsFile, "cuda");
  ASSERT_FALSE(onlyBinary);
  EXPECT_NE(onlyBinary.error().message().find("the model has no binary for this GPU"), std::string::npos);
}

TEST_F(CudaFailure, aStreamOfAnotherGpu) {
  gpu.set("SOFTGPU_DEVICES", 2);
  {
    auto other = cuda::Context::get(1).orThrow();
    RunnerOptions options;
    cuda::CUstream stream = nullptr;
    ASSERT_FALSE(other->within([&] { return other->driver.cuStreamCreate(&stream, 0); }));
    options.cudaStream = stream;
    Runner runner = Model::fromTable(&table.model, weightsFile, "cuda:0").runner(options);
    std::optional<Error> error = run(runner, 1);
    ASSERT_TRUE(error);
    EXPECT_NE(error->message().find("of the primary context of the model's GPU"), std::string::npos)
        << error->message();
    EXPECT_FALSE(other->within([&] { return other->driver.cuStreamDestroy(stream); }));
  }
  gpu.set("SOFTGPU_DEVICES", 1);
  EXPECT_EQ(gpu.live(nullptr), 0);
}

TEST_F(CudaFailure, littleMemory) {
  gpu.set("SOFTGPU_MEMORY", 1 << 20);
  Model model = Model::fromTable(&table.model, weightsFile, "cuda");
  RunnerOptions options;
  options.maxBatch = 1 << 20;
  Result<Runner> runner = model.tryRunner(options);
  ASSERT_FALSE(runner.ok());
  EXPECT_EQ(runner.error().code(), StatusCode::System);
  EXPECT_EQ(runner.error().message().rfind("cannot allocate 16777472 bytes for the workspace on cuda:0 (", 0), 0u)
      << runner.error().message();
  EXPECT_FALSE(live());
  gpu.set("SOFTGPU_MEMORY", int64_t(1) << 32);
}

TEST_F(CudaFailure, aCallIsCapturedOnlyOnTheGPU) {
  auto begin = gpu.find<int (*)(void *, int)>("cuStreamBeginCapture_v2");
  auto end = gpu.find<int (*)(void *, void **)>("cuStreamEndCapture");
  auto context = cuda::Context::get(0).orThrow();
  const cuda::Driver &driver = context->driver;
  ASSERT_FALSE(context->enter());
  cuda::CUstream stream = nullptr;
  ASSERT_FALSE(driver.cuStreamCreate(&stream, cuda::CU_STREAM_NON_BLOCKING));
  {
    Model model = Model::fromTable(&table.model, weightsFile, "cuda");
    RunnerOptions options;
    options.maxBatch = 3;
    options.cudaStream = stream;
    Runner runner = model.runner(options);
    Tensor x = ones({3, 4}, "cuda"), y = zeros({3, 4}, "cuda"), onHost({3, 4});
    const void *from[] = {x.rawData()};
    void *to[] = {y.rawData()}, *toHost[] = {onHost.rawData()};
    cuda::CUgraph graph = nullptr;
    cuda::CUgraphExec executable = nullptr;
    void **captured = reinterpret_cast<void **>(&graph);

    ASSERT_EQ(begin(stream, /*global*/ 0), 0);
    Status status = runner.run(from, 1, to, 1, 3);
    EXPECT_TRUE(status.ok()) << status.message;
    ASSERT_EQ(end(stream, captured), 0);
    ASSERT_FALSE(driver.cuGraphInstantiate(&executable, graph, 0));
    ASSERT_FALSE(driver.cuGraphLaunch(executable, stream));
    ASSERT_FALSE(driver.cuStreamSynchronize(stream));
    EXPECT_EQ(y[2][2].item<float>(), -2);
    EXPECT_FALSE(driver.cuGraphExecDestroy(executable));
    EXPECT_FALSE(driver.cuGraphDestroy(graph));

    ASSERT_EQ(begin(stream, 0), 0);
    EXPECT_NE(std::string(runner.run(from, 1, toHost, 1, 3).message).find("give them memory of the GPU"),
              std::string::npos);
    EXPECT_EQ(end(stream, captured), 901);
    ASSERT_EQ(begin(stream, 0), 0);
    Result<Runner> another = model.tryRunner(options);
    ASSERT_FALSE(another);
    EXPECT_NE(another.error().message().find("make models and runners before"), std::string::npos);
    EXPECT_EQ(end(stream, captured), 901);
    EXPECT_TRUE(runner.run(from, 1, toHost, 1, 3).ok());
    EXPECT_EQ(onHost.data<float>()[10], -2);
  }
  ASSERT_FALSE(driver.cuStreamDestroy(stream));
  ASSERT_FALSE(context->leave());
  context.reset();
  EXPECT_EQ(gpu.live(nullptr), 0);
}

/// What a child of fork() finds: the name of what is wrong, or null. Its models and runners end with it.
static const char *liveInAChild(Model model, Runner runner, const nnc_model &table, const std::string &weights) {
  Tensor x = ones({3, 4}), y({3, 4});
  Status status = runner.run(x.data<float>(), y.data<float>(), 3);
  if (status.ok() || !std::strstr(status.message, "this process is a child, by fork, of one that used the GPU before"))
    return "the inherited runner";
  if (Model::tryFromTable(&table, weights, "cuda").ok())
    return "a model on the GPU";
  Result<Model> onCpu = Model::tryFromTable(&table, weights, "auto");
  if (!onCpu || onCpu->device() != Device() || onCpu->deviceNote().find("by fork") == std::string::npos)
    return "auto";
  return model.device() == Device::cuda(0) ? nullptr : "the inherited model";
}

TEST_F(CudaFailure, aChildOfForkUsesTheCpu) {
  Model model = Model::fromTable(&table.model, weightsFile, "cuda");
  Runner runner = makeRunner(model);
  pid_t child = fork();
  if (child == 0) {
    const char *wrong = liveInAChild(std::move(model), std::move(runner), table.model, weightsFile);
    if (wrong)
      std::fprintf(stderr, "wrong in the child: %s\n", wrong);
    _exit(wrong ? 1 : 0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_FALSE(run(runner, 3)) << "the parent goes on";
}

int main(int argc, char **argv) { return runTests(argc, argv); }
