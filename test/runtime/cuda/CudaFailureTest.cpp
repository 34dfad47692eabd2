// CudaFailureTest FOLDER: every call of the driver fails once, with each result that it may give. Needs the software
// GPU.

#include "test/runtime/cuda/ScaleModel.h"
#include "test/runtime/cuda/SoftGpu.h"

#include "cuda/Context.h"
#include "cuda/Memory.h"
#include "nnc/Model.h"

#include <gtest/gtest.h>

using namespace nnc;

static std::string folder;

namespace {

class CudaFailure : public testing::Test {
protected:
  CudaFailure() {
    StateDict weights;
    weights.add("w", tensor(std::vector<float>{1, 2, -3, 0.5f}));
    save(weights, weightsFile);
  }

  /// A life on the GPU: loads, runs few and many samples from the host and on the GPU, copies tensors. Returns the
  /// first error, or nothing if all went well.
  std::optional<Error> live() {
    try {
      Model model = Model::fromTable(&table.model, weightsFile, "cuda");
      RunnerOptions options;
      options.maxBatch = 70;
      options.timed = true;
      Runner runner = model.runner(options);
      for (int64_t batch : {2, 70, 3}) {
        Tensor x = ones({batch, 4}), y({batch, 4});
        Status status = runner.run(x.data<float>(), y.data<float>(), batch);
        if (!status.ok())
          return Error(status.code, status.message);
        EXPECT_EQ(y.data<float>()[4 * batch - 2], -2);
      }
      Tensor x = ones({5, 4}, "cuda"), y = model(x.clone());
      EXPECT_EQ(y[4][3].item<float>(), 1.5f);
      return std::nullopt;
    } catch (const Error &error) {
      return error;
    }
  }

  std::string weightsFile = folder + "/failure.safetensors";
  ScaleModel table;
};

} // namespace

/// The driver's results that CODEGEN's list has, with what a message about each says.
static constexpr struct {
  int code;
  const char *says;
} results[] = {{2, "use a smaller batch, or free memory"},
               {34, "stub for linking"},
               {100, "no NVIDIA GPU is visible"},
               {101, "there is no such GPU"},
               {209, "compile it for the GPU's architecture with --cuda-arch"},
               {218, "does not take the model's PTX"},
               {222, "the driver is older than the model's PTX"},
               {700, "an address outside its memory"},
               {702, "longer than this GPU's watchdog allows"},
               {999, "dmesg"}};

// The first test: the driver starts once in a process.
TEST_F(CudaFailure, aDriverThatDoesNotStart) {
  SoftGpu &gpu = softGpu();
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
  SoftGpu &gpu = softGpu();
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
  SoftGpu &gpu = softGpu();
  {
    Model model = Model::fromTable(&table.model, weightsFile, "cuda");
    RunnerOptions options;
    options.maxBatch = 70;
    Runner runner = model.runner(options);
    // Memory for one row, and a call of 70.
    Tensor row = zeros({1, 4}, "cuda"), y({70, 4});
    const void *from[] = {row.rawData()};
    void *to[] = {y.rawData()};
    Status status = runner.run(from, 1, to, 1, 70);
    ASSERT_FALSE(status.ok());
    std::string message = status.message;
    EXPECT_EQ(message.rfind("running model Scale on cuda:0: a kernel used an address outside its memory", 0), 0u)
        << message;
    EXPECT_NE(message.find("everything on this GPU is lost: let go of its models, runners and tensors and load again"),
              std::string::npos)
        << message;
    EXPECT_FALSE(runner.run(y.data<float>(), y.data<float>(), 1).ok()) << "nothing runs any more";
    Result<Model> another = Model::tryFromTable(&table.model, weightsFile, "cuda");
    EXPECT_FALSE(another.ok());
    Model onCpu = Model::fromTable(&table.model, weightsFile, "auto");
    EXPECT_EQ(onCpu.device(), Device());
    EXPECT_NE(onCpu.deviceNote(), "");
  }
  // Graphs belong to no context, and the driver does not take them back from one that is lost.
  for (const char *kind : {"allocation", "host", "context", "module", "stream", "event"})
    EXPECT_EQ(gpu.live(kind), 0) << kind;
  std::optional<Error> after = live();
  EXPECT_FALSE(after) << after->message();
}

TEST_F(CudaFailure, littleMemory) {
  softGpu().set("SOFTGPU_MEMORY", 1 << 20);
  Model model = Model::fromTable(&table.model, weightsFile, "cuda");
  RunnerOptions options;
  options.maxBatch = 1 << 20;
  Result<Runner> runner = model.tryRunner(options);
  ASSERT_FALSE(runner.ok());
  EXPECT_EQ(runner.error().code(), StatusCode::System);
  EXPECT_EQ(runner.error().message().rfind("cannot allocate 16777472 bytes for the workspace on cuda:0 (", 0), 0u)
      << runner.error().message();
  EXPECT_FALSE(live());
  softGpu().set("SOFTGPU_MEMORY", int64_t(1) << 32);
}

// The last test: releases that fail leave something behind.
TEST_F(CudaFailure, everyCallOnce) {
  SoftGpu &gpu = softGpu();
  ASSERT_TRUE(gpu.failCall);
  static const char *const functions[] = {
#define NNC_CUDA_ENTRY(name, symbol, ...) #symbol,
  // The types are not needed.
#include "cuda/DriverEntries.def"
  };
  // What a failure of these leaves behind is the driver's: nothing more can be done. A context that was not left stays.
  auto releases = [](const std::string &function) {
    for (const char *word : {"Free", "Destroy", "Release", "Unload", "CtxPush", "CtxPop"})
      if (function.find(word) != std::string::npos)
        return true;
    return false;
  };
  int failures = 0;
  for (const char *function : functions) {
    uint64_t before = gpu.calls(function);
    ASSERT_FALSE(live());
    uint64_t calls = gpu.calls(function) - before;
    for (uint32_t nth = 1; nth <= calls; ++nth) {
      auto &[code, says] = results[nth % std::size(results)];
      int64_t alive = gpu.live(nullptr);
      gpu.failCall(function, nth, code);
      std::optional<Error> error = live();
      ++failures;
      std::string where = std::string(function) + " " + std::to_string(nth) + " result " + std::to_string(code);
      if (!releases(function)) {
        ASSERT_TRUE(error) << where;
        EXPECT_EQ(gpu.live(nullptr), alive) << where;
      }
      if (error) {
        EXPECT_EQ(error->code(), StatusCode::System) << where;
        EXPECT_NE(error->message().find(says), std::string::npos) << where << ": " << error->message();
        EXPECT_NE(error->message().find(function), std::string::npos) << where << ": " << error->message();
      }
      std::optional<Error> after = live();
      ASSERT_FALSE(after) << where << ", and then: " << after->message();
    }
  }
  EXPECT_GT(failures, 100);
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  folder = argv[1];
  return RUN_ALL_TESTS();
}
