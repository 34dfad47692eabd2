//===- CpuExecutor.cpp - one call at a time on the CPU --------------------===//

#include "cpu/CpuExecutor.h"

#include "LargePages.h"
#include "Table.h"
#include "ThreadPool.h"

#include <atomic>

using namespace nnc;

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

/// Whether `call` is worth more than one thread: each phase has to be, since all wait for each other behind it.
bool CpuExecutor::isShared(const nnc_call &call) const {
  uint64_t samples = open ? static_cast<uint64_t>(call.batch) : 1;
  if (parts == 1 || samples == 0)
    return false;
  uint64_t least;
  if (__builtin_mul_overflow(leastSharedFlops, uint64_t(variant->phases(&call, parts)), &least))
    return false;
  // No overflow: flops * samples >= least.
  return flopsPerSample >= least / samples + (least % samples != 0);
}

Status CpuExecutor::run(const void *const *inputs, void *const *outputs, int64_t batch) {
  nnc_call call = {sizeof call, 0, batch, inputs, outputs, packed, workspace.get()};
  if (isShared(call) && (parallelFor.run ? runOn(parallelFor, call) : runOnPool(call)))
    return {};
  for (uint32_t phase = 0, phases = variant->phases(&call, 1); phase < phases; ++phase)
    variant->run_part(&call, phase, 0, 1);
  return {};
}

/// One region of the pool for the whole call, with a barrier of its own between phases. False if the pool is busy.
bool CpuExecutor::runOnPool(const nnc_call &call) {
  // What all read is not on the line that all write.
  struct alignas(64) Region {
    decltype(nnc_cpu_variant::run_part) runPart;
    uint32_t parts, phases;
    nnc_call call;
    alignas(64) std::atomic<uint32_t> arrived{0};
  } region{variant->run_part, parts, variant->phases(&call, parts), call};
  return ThreadPool::shared().tryRun(
      parts,
      [](void *context, uint32_t part) {
        auto &region = *static_cast<Region *>(context);
        for (uint32_t phase = 0; phase < region.phases; ++phase) {
          if (phase > 0) {
            region.arrived.fetch_add(1, std::memory_order_acq_rel);
            for (SpinWait wait; region.arrived.load(std::memory_order_acquire) < phase * region.parts;)
              wait.pause();
          }
          region.runPart(&region.call, phase, part, region.parts);
        }
      },
      &region);
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
