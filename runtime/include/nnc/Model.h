//===- Model.h - a compiled model -------------------------------*- C++ -*-===//
//
//     auto model = nnc::Model::load("model.so", "weights.safetensors");   // throws nnc::Error
//     nnc::Tensor logits = model(image);                                  // checks, allocates the result, runs
//
//     auto runner = model.runner({/*maxBatch=*/64});                      // once, for each thread
//     nnc::Status status = runner.run(x, y, batch);                       // pointers; no allocation, no lock
//
// A Model is immutable: threads share one, each with a Runner of its own. Copies are cheap and share everything.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_MODEL_H
#define NNC_MODEL_H

#include "nnc/StateDict.h"
#include "nnc/Status.h"
#include "nnc/Tensor.h"
#include "nnc/abi.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnc {

struct Code;
class Library;
class Runner;

/// An input, an output or a parameter of a model.
struct TensorInfo {
  std::string name;
  DType dtype = DType::F32;
  Shape shape; ///< -1 for the batch

  /// Whether the first extent is the batch.
  bool isOpen() const { return !shape.empty() && shape.front() < 0; }
};

/// The shape of `batch` samples.
Shape shapeOf(const TensorInfo &info, int64_t batch);
/// "[batch, 28, 28]"
std::string describe(const TensorInfo &info);

struct LoadOptions {
  /// Refuse weights of which the model has no parameter.
  bool strict = true;
  /// What the names in the weights file begin with, before the model's own: "module." and the like.
  std::string prefix;
};

/// Somebody's way to run things in parallel, in place of the runtime's own threads.
struct ParallelFor {
  /// Calls work(context, part) for parts 0 to parts - 1, on any threads, and returns when all are done.
  void (*run)(void *self, uint32_t parts, void (*work)(void *context, uint32_t part), void *context) = nullptr;
  void *self = nullptr;
};

struct RunnerOptions {
  /// The largest batch that will be run. Of no matter in a static model.
  int64_t maxBatch = 1;
  /// How many threads share a call, the calling one included. The others come from one pool of the process; while
  /// another call has it, a call runs on its own thread. The results are the same bits in any case.
  int threads = 1;
  /// Runs the parts instead of that pool, if it is given.
  ParallelFor parallelFor = {};
  /// Calls with fewer multiplications and additions in a phase, of which a call of few rows has one for each layer,
  /// stay on their thread: to share them would cost more. One row counts as two. The pool's threads sleep after some
  /// tens of microseconds without a call; only a call with 64 times as many, or one that follows closely upon another,
  /// wakes them, since that takes longer than shorter calls do.
  uint64_t leastSharedFlops = 1 << 17;
  /// On a GPU, the CUstream on which calls are queued, in place of one of the runner's own: one of the GPU's primary
  /// context that outlives the runner, or CU_STREAM_LEGACY or CU_STREAM_PER_THREAD for a default stream. A
  /// call that has all its inputs and outputs in the GPU's memory then returns before it is done, and can be captured
  /// into a CUDA graph.
  void *cudaStream = nullptr;
  /// On a GPU, measures each call for Runner::times(), and waits until it is done.
  bool timed = false;
};

/// How long the parts of a call on a GPU took, in microseconds.
struct CallTimes {
  double copyInUs = 0;  ///< of inputs from host memory, on the GPU's clock
  double kernelsUs = 0; ///< on the GPU's clock
  double copyOutUs = 0; ///< of outputs to host memory, on the GPU's clock
  double launchUs = 0;  ///< of the host, to queue the kernels
};

class Model {
public:
  /// Loads the shared library `path` and its weights: a .safetensors file, or none if they are embedded or there are no
  /// parameters. `device` is "cpu", "cuda" (the first NVIDIA GPU), "cuda:1", or "auto": the first GPU if the model has
  /// code for it and it works, else the CPU, and deviceNote() says why. The file is read once and checked before any of
  /// it runs.
  /// Errors: Invalid for a damaged or foreign file, a model without code for GPUs, and weights that do not fit (one
  /// message names all that are missing, left over or of another shape); System for a file that cannot be read, a CPU
  /// that lacks features, and a GPU or driver that is not there or fails; Unsupported for devices to come.
  static Result<Model> tryLoad(const std::string &path, const std::string &weights = {},
                               const std::string &device = "auto", const LoadOptions &options = {});
  /// The same from the bytes of the library, which are copied.
  static Result<Model> tryLoadMemory(std::string_view library, const std::string &weights = {},
                                     const std::string &device = "auto", const LoadOptions &options = {});
  /// The same with weights that are in memory, named as the model's parameters.
  static Result<Model> tryLoadMemory(std::string_view library, const StateDict &weights,
                                     const std::string &device = "auto", const LoadOptions &options = {});
  /// A model that is linked into the program: `table` is nnc_model_query_NAME(NNC_ABI_VERSION), and stays.
  static Result<Model> tryFromTable(const nnc_model *table, const std::string &weights = {},
                                    const std::string &device = "auto", const LoadOptions &options = {});
  /// The table of the library `path`, which stays loaded as long as the pointer lives; also one whose code this CPU
  /// cannot run. It is checked as tryLoad does.
  static Result<std::shared_ptr<const nnc_model>> tryInspect(const std::string &path);
  /// The same code with other weights; this model stays valid.
  Result<Model> tryWithWeights(const std::string &weights, const LoadOptions &options = {}) const;
  Result<Model> tryWithWeights(const StateDict &weights, const LoadOptions &options = {}) const;

  /// A workspace for calls of up to `options.maxBatch`. Errors: no memory, a batch or thread count out of range, a GPU
  /// that fails.
  Result<Runner> tryRunner(const RunnerOptions &options = {}) const;

  /// Checks number, types, shapes and devices of `inputs` and returns their batch, 1 in a static model.
  Result<int64_t> tryBatchOf(const std::vector<const Tensor *> &inputs) const;
  /// Runs `inputs`, one for each of the model's, and returns its results: on the host for inputs there, on the GPU for
  /// inputs on it. A workspace is kept for the next call. Errors: number, type or shape do not fit; inputs on different
  /// devices, or on a GPU on which the model is not; no memory; a GPU that fails.
  Result<std::vector<Tensor>> tryRun(const std::vector<const Tensor *> &inputs) const;

#if NNC_HAS_EXCEPTIONS
  static Model load(const std::string &path, const std::string &weights = {}, const std::string &device = "auto",
                    const LoadOptions &options = {}) {
    return tryLoad(path, weights, device, options).orThrow();
  }
  static Model fromTable(const nnc_model *table, const std::string &weights = {}, const std::string &device = "auto",
                         const LoadOptions &options = {}) {
    return tryFromTable(table, weights, device, options).orThrow();
  }
  Model withWeights(const std::string &weights, const LoadOptions &options = {}) const {
    return tryWithWeights(weights, options).orThrow();
  }
  Runner runner(const RunnerOptions &options = {}) const;

  /// The first result of a model with one input.
  Tensor operator()(const Tensor &input) const { return std::move(run({&input}).front()); }
  std::vector<Tensor> run(const std::vector<const Tensor *> &inputs) const { return tryRun(inputs).orThrow(); }
#endif

  const std::string &name() const;
  const std::vector<TensorInfo> &inputs() const;
  const std::vector<TensorInfo> &outputs() const;
  const std::vector<TensorInfo> &parameters() const;
  /// Whether the batch is open.
  bool isOpen() const;
  /// Where it runs: "cpu", "cuda:0".
  Device device() const;
  /// Why "auto" chose the CPU; empty if it did not, or if the device was named.
  const std::string &deviceNote() const;
  /// "x86-64-v4", "sm_90" (a binary), "compute_80" (PTX): the level of the code that runs.
  std::string_view level() const;
  /// The table itself.
  const nnc_model *table() const;

private:
  friend class Runner;
  struct State;
  explicit Model(std::shared_ptr<const State> state) : state(std::move(state)) {}
  /// `weights` is the path of a file, or a StateDict.
  template <typename Weights>
  static Result<Model> make(std::shared_ptr<const Library> library, const nnc_model *model, const Weights &weights,
                            const std::string &device, const LoadOptions &options);
  template <typename Weights>
  static Result<Model> make(std::shared_ptr<const Code> code, const Weights &weights, const LoadOptions &options);
  template <typename Weights>
  static Result<Model> makeFromMemory(std::string_view library, const Weights &weights, const std::string &device,
                                      const LoadOptions &options);
  std::shared_ptr<const State> state;
};

/// One call at a time of one Model, which it keeps alive. Move-only; for one thread at once.
class Runner {
public:
  Runner(Runner &&) noexcept;
  Runner &operator=(Runner &&) noexcept;
  ~Runner();

  /// Memory that the caller owns, with its size for the check. Without a name the i-th one is for the model's i-th.
  struct Input {
    const void *data = nullptr;
    size_t bytes = 0;
    std::string_view name = {};
  };
  struct Output {
    void *data = nullptr;
    size_t bytes = 0;
    std::string_view name = {};
  };

  // The pointers of a model on the CPU are to host memory. On a GPU each may also be to memory of that GPU, at a
  // multiple of 16 bytes; a runner with a stream of its own does not wait for other streams that write there.

  /// A model with one f32 input and one f32 output: `x` and `y` hold `batch` samples each.
  Status run(const float *x, float *y, int64_t batch);
  /// Any model: one pointer for each input and output, in the model's order, `batch` samples each.
  Status run(const void *const *inputs, size_t inputCount, void *const *outputs, size_t outputCount, int64_t batch);
  /// The same with sizes, which must be just those of `batch` samples, and with names in any order.
  Status run(const Input *inputs, size_t inputCount, const Output *outputs, size_t outputCount, int64_t batch);

  /// Of the last call, if RunnerOptions::timed was set and the model is on a GPU; else zeros.
  CallTimes times() const;

private:
  friend class Model;
  struct State;
  explicit Runner(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

#if NNC_HAS_EXCEPTIONS
inline Runner Model::runner(const RunnerOptions &options) const { return tryRunner(options).orThrow(); }
#endif

} // namespace nnc

#endif // NNC_MODEL_H
