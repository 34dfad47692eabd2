//===- CudaFailure.h - a model on a GPU whose driver fails ------*- C++ -*-===//

#ifndef NNC_TEST_RUNTIME_CUDA_CUDAFAILURE_H
#define NNC_TEST_RUNTIME_CUDA_CUDAFAILURE_H

#include "test/TestProgram.h"
#include "test/runtime/cuda/ScaleModel.h"
#include "test/runtime/cuda/SoftGpu.h"

#include "nnc/Model.h"

namespace nnc {

class CudaFailure : public testing::Test {
protected:
  CudaFailure() {
    StateDict weights;
    weights.add("w", tensor(std::vector<float>{1, 2, -3, 0.5f}));
    save(weights, weightsFile);
  }

  /// A life on the GPU: loads, runs few and many samples from the host and on the GPU, copies tensors. Returns the
  /// first error, or nothing if all went well. A call that failed is made again, and has to work unless the context is
  /// lost.
  std::optional<Error> live() {
    try {
      listGpus().orThrow();
      Model model = Model::fromTable(&table.model, weightsFile, "cuda");
      Runner runner = makeRunner(model);
      for (int64_t batch : {2, 70, 3})
        if (std::optional<Error> error = run(runner, batch)) {
          std::optional<Error> again = run(runner, batch);
          EXPECT_TRUE(!again || (isLoss(*error) && isLoss(*again)))
              << error->message() << ", and then: " << again->message();
          return error;
        }
      Tensor x = ones({5, 4}, "cuda"), y = model(x.clone());
      EXPECT_EQ(y[4][3].item<float>(), 1.5f);
      return std::nullopt;
    } catch (const Error &error) {
      return error;
    }
  }

  static Runner makeRunner(const Model &model) {
    RunnerOptions options;
    options.maxBatch = 70;
    options.timed = true;
    return model.runner(options);
  }

  static std::optional<Error> run(Runner &runner, int64_t batch) {
    Tensor x = ones({batch, 4}), y({batch, 4});
    Status status = runner.run(x.data<float>(), y.data<float>(), batch);
    if (!status.ok())
      return Error(status.code, status.message);
    EXPECT_EQ(y.data<float>()[4 * batch - 2], -2);
    return std::nullopt;
  }

  /// Whether the error says that the context is lost.
  static bool isLoss(const Error &error) {
    return error.message().find("; everything on this GPU is lost: let go of its models, runners and tensors and load "
                                "again, or start the process again (") != std::string::npos;
  }

  SoftGpu &gpu = softGpu();
  std::string weightsFile = folder + "/failure.safetensors";
  ScaleModel table;
};

/// The driver's results for which there is advice, and one for which there is none, with what a message about each
/// says.
inline constexpr struct {
  int code;
  const char *says;
} results[] = {{2, "use a smaller batch, or free memory"},
               {3, "by fork"},
               {34, "stub for linking"},
               {46, "its compute mode"},
               {100, "no NVIDIA GPU is visible"},
               {101, "there is no such GPU"},
               {209, "compile it for the GPU's architecture with --cuda-arch"},
               {218, "does not take the model's PTX"},
               {221, "install the whole driver"},
               {222, "the driver is older than the model's PTX"},
               {700, "an address outside its memory"},
               {702, "longer than this GPU's watchdog allows"},
               {803, "restart the machine"},
               {900, "while a stream is captured"},
               {901, "broken off by an earlier error"},
               {999, "dmesg"}};

} // namespace nnc

#endif // NNC_TEST_RUNTIME_CUDA_CUDAFAILURE_H
