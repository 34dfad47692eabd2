//===- PreparedSchedule.h - launches of one runner --------------*- C++ -*-===//

#ifndef NNC_RUNTIME_CUDA_PREPAREDSCHEDULE_H
#define NNC_RUNTIME_CUDA_PREPAREDSCHEDULE_H

#include "cuda/Module.h"

namespace nnc::cuda {

/// Where the tensors of a call are.
struct CallAddresses {
  const CUdeviceptr *inputs;
  const CUdeviceptr *outputs;
  CUdeviceptr packed, workspace;
  int64_t capacity;
};

/// A schedule with memory for the arguments of its launches. As a graph it is one call of the driver instead of one for
/// each launch, and arguments that stay the same are not passed again. Move-only.
class PreparedSchedule {
public:
  /// Prepares for calls of up to `mostSamples`. Errors: Invalid if a grid or a number would be too large for them.
  static Result<PreparedSchedule> make(const Module &module, const Schedule &schedule, const CallAddresses &addresses,
                                       int64_t mostSamples, bool asGraph);
  PreparedSchedule(PreparedSchedule &&other) noexcept;
  PreparedSchedule &operator=(PreparedSchedule &&) = delete;
  ~PreparedSchedule();

  int64_t maxSamples() const { return schedule->maxSamples; }
  /// Queues the launches for `samples`, at least 1, on `stream`; the context is current. Allocates nothing.
  CallResult launch(const CallAddresses &addresses, int64_t samples, CUstream stream);

private:
  struct PreparedLaunch {
    const Launch *launch;
    CUDA_KERNEL_NODE_PARAMS parameters; ///< `kernelParams` is the list of pointers below
    std::vector<uint64_t> values;
    std::vector<void *> pointers; ///< to the values
    CUgraphNode node = nullptr;
    bool isCurrent = false; ///< whether the graph has these values
  };

  PreparedSchedule(const Module &module, const Schedule &schedule) : module(&module), schedule(&schedule) {}

  std::optional<Error> checkLimits(int64_t mostSamples, int64_t capacity) const;
  void prepareLaunches();
  /// Computes the grid and the arguments of `launch`.
  void bind(PreparedLaunch &launch, const CallAddresses &addresses, int64_t samples);
  CallResult makeGraph();

  const Module *module;
  const Schedule *schedule;
  std::vector<PreparedLaunch> launches;
  CUgraph graph = nullptr;
  CUgraphExec executable = nullptr; ///< null without a graph
};

} // namespace nnc::cuda

#endif // NNC_RUNTIME_CUDA_PREPAREDSCHEDULE_H
