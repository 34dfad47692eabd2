//===- CpuExecutor.h - one call at a time on the CPU ------------*- C++ -*-===//

#ifndef NNC_RUNTIME_CPU_CPUEXECUTOR_H
#define NNC_RUNTIME_CPU_CPUEXECUTOR_H

#include "AlignedMemory.h"
#include "DeviceCode.h"
#include "nnc/abi.h"

#include <chrono>

namespace nnc {

/// Runs a call on one thread, on the pool, or on the caller's parallel-for.
class CpuExecutor final : public Executor {
public:
  /// Errors: no memory for the workspace; fewer threads than wanted.
  static Result<std::unique_ptr<Executor>> make(const Table &table, const void *packed, const RunnerOptions &options);

  Status run(const void *const *inputs, void *const *outputs, int64_t batch) override;

private:
  CpuExecutor() = default;

  bool hasFlops(const nnc_call &call, uint64_t least) const;
  bool expectsMore() const;
  bool runOnPool(const nnc_call &call);
  bool runOn(const ParallelFor &parallel, const nnc_call &call);

  const nnc_cpu_variant *variant = nullptr;
  const void *packed = nullptr;
  bool open = false;
  uint64_t flopsPerSample = 0;
  uint32_t parts = 1;
  ParallelFor parallelFor;
  uint64_t leastSharedFlops = 0;
  AlignedMemory workspace;
  std::chrono::steady_clock::time_point aloneUntil; ///< when the last call ended that was not shared though it might
};

} // namespace nnc

#endif // NNC_RUNTIME_CPU_CPUEXECUTOR_H
