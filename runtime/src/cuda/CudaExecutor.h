//===- CudaExecutor.h - one call at a time on a GPU -------------*- C++ -*-===//

#ifndef NNC_RUNTIME_CUDA_CUDAEXECUTOR_H
#define NNC_RUNTIME_CUDA_CUDAEXECUTOR_H

#include "DeviceCode.h"
#include "Message.h"
#include "cuda/CallTimer.h"
#include "cuda/Memory.h"
#include "cuda/PreparedSchedule.h"

namespace nnc::cuda {

/// Copies what is in host memory to the GPU by way of pinned memory, launches, and copies results back. What is in the
/// GPU's memory already stays where it is.
class CudaExecutor final : public Executor {
public:
  /// `packed` is the address of the packed weights. All memory for calls of up to `options.maxBatch` is made here.
  /// Errors: no memory on the GPU or of the host; a batch that is too large.
  static Result<std::unique_ptr<Executor>> make(const Table &table, const Module &module, CUdeviceptr packed,
                                                const RunnerOptions &options);
  ~CudaExecutor() override;

  Status run(const void *const *inputs, void *const *outputs, int64_t batch) override;
  CallTimes times() const override { return timer.times(); }

private:
  /// An input or output in calls with a host pointer: its places in the memory below.
  struct Staging {
    const TensorInfo *info;
    size_t mostPinned; ///< up to so many bytes go by way of our pinned memory
    size_t deviceOffset, pinnedOffset;
    bool isUsed = false;          ///< in this call
    bool isCallersPinned = false; ///< the caller's memory, in this call

    bool isCopiedByPinned(size_t bytes) const { return isUsed && !isCallersPinned && bytes <= mostPinned; }
  };

  CudaExecutor(const Table &table, const Module &module) : table(table), module(module) {}

  std::optional<Error> makeMemory(int64_t mostSamples);
  std::optional<Error> makeSchedules(int64_t mostSamples);
  std::optional<Error> makeStream(const RunnerOptions &options);

  Status runInContext(const void *const *inputs, void *const *outputs, int64_t batch);
  /// Where the tensors of the call are on the GPU.
  Status locate(const void *const *inputs, void *const *outputs);
  Status locate(const void *pointer, const char *what, Staging &staging, CUdeviceptr &address);
  CallResult queue(const void *const *inputs, void *const *outputs, int64_t batch);
  CallResult copyIn(const void *from, const Staging &staging, int64_t batch);
  CallResult copyOut(void *to, const Staging &staging, int64_t batch);
  Status fail(CallResult failed);

  const Table &table;
  const Module &module;
  CallAddresses addresses = {};
  std::vector<Staging> inputStaging, outputStaging;
  std::vector<CUdeviceptr> inputAddresses, outputAddresses;
  DeviceMemory workspace, deviceStaging;
  PinnedMemory pinnedStaging;
  std::vector<PreparedSchedule> schedules;
  CUstream stream = nullptr;
  bool ownsStream = false;
  bool hasQueued = false; ///< whether the caller's stream may still run a call
  CallTimer timer;
  Message message;
};

} // namespace nnc::cuda

#endif // NNC_RUNTIME_CUDA_CUDAEXECUTOR_H
