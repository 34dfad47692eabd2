//===- CpuExecutor.cpp - one call at a time on the CPU --------------------===//

#include "cpu/CpuExecutor.h"

#include "LargePages.h"
#include "Table.h"
#include "ThreadPool.h"

#include <algorithm>

using namespace nnc;
using Clock = std::chrono::steady_clock;

/// A call that wakes a worker has to be so many times as long as one that finds it awake: 0.1 ms and more.
static constexpr uint64_t wakingFactor = 64;

Result<std::unique_ptr<Executor>> CpuExecutor::make(const Table &table, const void *packed,
                                                    const RunnerOptions &options) {
  std::unique_ptr<CpuExecutor> executor(new CpuExecutor);
  executor->variant = table.cpuVariant;
  executor->packed = packed;
  executor->open = table.open;
  executor->flopsPerSample = table.flopsPerSample;
  executor->parts = static_cast<uint32_t>(options.threads);
  executor->parallelFor = options.parallelFor;
  executor->leastSharedFlops = options.leastSharedFlops;
  if (!options.parallelFor.run && executor->parts > 1 && !ThreadPool::shared().reserve(executor->parts - 1))
    return Error(StatusCode::System, "the system gave fewer than " + std::to_string(options.threads) + " threads");
  const nnc_cpu_variant &variant = *table.cpuVariant;
  uint64_t bytes;
  if (__builtin_mul_overflow(variant.part_workspace_size, uint64_t(executor->parts), &bytes) ||
      __builtin_add_overflow(bytes, variant.shared_workspace_size, &bytes) ||
      !(executor->workspace = allocateInLargePages(bytes, variant.workspace_alignment)))
    return Error(StatusCode::System, "no memory for the workspace of " + std::to_string(executor->parts) +
                                         " parts of " + std::to_string(variant.part_workspace_size) + " bytes each");
  return std::unique_ptr<Executor>(std::move(executor));
}

/// Whether each phase of `call` has so many multiplications and additions: all threads wait for each other behind each.
bool CpuExecutor::hasFlops(const nnc_call &call, uint64_t least) const {
  if (open && call.batch == 0)
    return false;
  // One sample takes as long as two: it waits for the weights.
  uint64_t samples = std::max<uint64_t>(open ? static_cast<uint64_t>(call.batch) : 1, 2);
  if (__builtin_mul_overflow(least, uint64_t(variant->phases(&call, parts)), &least))
    return false;
  // No overflow: flops * samples >= least.
  return flopsPerSample >= least / samples + (least % samples != 0);
}

/// Whether another call has just ended, so that workers who wake now will be awake for more.
bool CpuExecutor::expectsMore() const {
  constexpr std::chrono::microseconds soon(30);
  return aloneUntil != Clock::time_point() && Clock::now() - aloneUntil < soon;
}

Status CpuExecutor::run(const void *const *inputs, void *const *outputs, int64_t batch) {
  nnc_call call = {sizeof call, 0, batch, inputs, outputs, packed, workspace.get()};
  bool shares = parts > 1 && hasFlops(call, leastSharedFlops);
  if (shares && (parallelFor.run ? runOn(parallelFor, call) : runOnPool(call))) {
    aloneUntil = {};
    return {};
  }
  for (uint32_t phase = 0, phases = variant->phases(&call, 1); phase < phases; ++phase)
    variant->run_part(&call, phase, 0, 1);
  if (shares)
    aloneUntil = Clock::now();
  return {};
}

/// False if the pool is busy, or if workers sleep that are not worth waking.
bool CpuExecutor::runOnPool(const nnc_call &call) {
  struct Region {
    decltype(nnc_cpu_variant::run_part) runPart;
    uint32_t parts;
    nnc_call call;
  } region{variant->run_part, parts, call};
  return ThreadPool::shared().tryRun(
      variant->phases(&call, parts), parts,
      [](void *context, uint32_t phase, uint32_t part) {
        auto &region = *static_cast<Region *>(context);
        region.runPart(&region.call, phase, part, region.parts);
      },
      &region, hasFlops(call, leastSharedFlops * wakingFactor) || expectsMore());
}

bool CpuExecutor::runOn(const ParallelFor &parallel, const nnc_call &call) {
  struct Phase {
    const CpuExecutor &executor;
    const nnc_call &call;
    uint32_t phase;
  } context{*this, call, 0};
  for (uint32_t phases = variant->phases(&call, parts); context.phase < phases; ++context.phase)
    parallel.run(
        parallel.self, parts,
        [](void *context, uint32_t part) {
          auto &phase = *static_cast<Phase *>(context);
          phase.executor.variant->run_part(&phase.call, phase.phase, part, phase.executor.parts);
        },
        &context);
  return true;
}
