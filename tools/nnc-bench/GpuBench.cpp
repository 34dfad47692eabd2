//===- GpuBench.cpp - how fast a model is on a GPU ------------------------===//

#include "tools/nnc-bench/GpuBench.h"

#include "tools/nnc-bench/Measure.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

using namespace nnc;

namespace {

/// What a GPU does at best, at its highest clocks.
struct GpuLimits {
  explicit GpuLimits(const GpuInfo &gpu)
      : peakGflops(2.0 * gpu.multiprocessors * gpu.fmaLanes() * gpu.clockGhz),
        // Both edges of the clock move a word as wide as the bus.
        memoryGbps(2.0 * gpu.memoryClockGhz * gpu.memoryBusBits / 8) {}

  double peakGflops, memoryGbps;
};

/// Medians of the parts of calls, in microseconds.
struct GpuTimes {
  double hostToHost, copyIn, launch, kernels, copyOut;
};

} // namespace

static Result<GpuInfo> findGpu(const Device &device) {
  Result<std::vector<GpuInfo>> gpus = listGpus();
  if (!gpus)
    return gpus.error();
  for (const GpuInfo &gpu : *gpus)
    if (gpu.device == device)
      return gpu;
  return Error(StatusCode::System, device.str() + " is gone");
}

/// The median of one part of all `calls`.
template <typename Part> static double medianOf(const std::vector<GpuTimes> &calls, Part part) {
  std::vector<double> values;
  for (const GpuTimes &call : calls)
    values.push_back(call.*part);
  std::sort(values.begin(), values.end());
  return quantile(values, 0.5);
}

/// The medians of `batch`'s calls: of plain ones, and of others whose parts are timed, which takes time of its own.
static Result<GpuTimes> measureOnGpu(const Model &model, int64_t batch, double seconds) {
  CallData data(model, batch);
  Result<Runner> plain = model.tryRunner({batch});
  if (!plain)
    return plain.error();
  RunnerOptions options;
  options.maxBatch = batch;
  options.timed = true;
  Result<Runner> timed = model.tryRunner(options);
  if (!timed)
    return timed.error();
  using Clock = std::chrono::steady_clock;
  constexpr size_t warmUp = 20, least = 30;
  std::vector<GpuTimes> calls;
  Clock::time_point end;
  for (size_t count = 0; count < warmUp + least || Clock::now() < end; ++count) {
    Clock::time_point start = Clock::now();
    Status status = plain->run(data.from.data(), data.from.size(), data.to.data(), data.to.size(), batch);
    double us = std::chrono::duration<double, std::micro>(Clock::now() - start).count();
    if (status.ok())
      status = timed->run(data.from.data(), data.from.size(), data.to.data(), data.to.size(), batch);
    if (!status.ok())
      return Error(status.code, status.message);
    if (count < warmUp) {
      end = Clock::now() + std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6));
      continue;
    }
    CallTimes times = timed->times();
    calls.push_back({us, times.copyInUs, times.launchUs, times.kernelsUs, times.copyOutUs});
  }
  return GpuTimes{medianOf(calls, &GpuTimes::hostToHost), medianOf(calls, &GpuTimes::copyIn),
                  medianOf(calls, &GpuTimes::launch), medianOf(calls, &GpuTimes::kernels),
                  medianOf(calls, &GpuTimes::copyOut)};
}

Result<std::string> benchOnGpu(const Model &model, double weightBytes, const Arguments &arguments) {
  Result<GpuInfo> gpu = findGpu(model.device());
  if (!gpu)
    return gpu.error();
  GpuLimits limits(*gpu);
  auto *entry = static_cast<const nnc_entry *>(nnc_array_at(model.table()->entries, 0));
  std::printf("%s, %s on %s, %llu FLOPs a sample, %.0f bytes of weights\n", model.name().c_str(),
              std::string(model.level()).c_str(), gpu->str().c_str(),
              static_cast<unsigned long long>(entry->flops_per_sample), weightBytes);
  std::printf("at most %.0f GFLOP/s and %.0f GB/s, by its clocks and units\n", limits.peakGflops, limits.memoryGbps);
  std::printf("%7s %12s %10s %10s %10s %10s %10s %8s %8s %8s\n", "batch", "host to host", "copy in", "launch",
              "kernels", "copy out", "GFLOP/s", "of peak", "GB/s", "of rate");
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  for (int64_t batch : model.isOpen() ? arguments.batches : std::vector<int64_t>{1}) {
    Result<GpuTimes> times = measureOnGpu(model, batch, arguments.seconds);
    if (!times)
      return times.error();
    // The clock of the GPU stands still for less than it can tell.
    double kernels = std::max(times->kernels, 1e-3);
    double gflops = static_cast<double>(entry->flops_per_sample) * static_cast<double>(batch) / kernels / 1e3;
    double gbps = weightBytes / kernels / 1e3;
    auto share = [](double part, double whole) { return whole > 0 ? 100 * part / whole : 0; };
    std::printf("%7lld %12.2f %10.2f %10.2f %10.2f %10.2f %10.1f %7.0f%% %8.1f %7.0f%%\n",
                static_cast<long long>(batch), times->hostToHost, times->copyIn, times->launch, kernels, times->copyOut,
                gflops, share(gflops, limits.peakGflops), gbps, share(gbps, limits.memoryGbps));
    std::fflush(stdout);
    results.push_back({{"model", model.name()},
                       {"device", gpu->str()},
                       {"level", model.level()},
                       {"batch", batch},
                       {"host_to_host_us", times->hostToHost},
                       {"copy_in_us", times->copyIn},
                       {"launch_us", times->launch},
                       {"kernels_us", times->kernels},
                       {"copy_out_us", times->copyOut},
                       {"gflops", gflops},
                       {"peak_gflops", limits.peakGflops},
                       {"weights_gbps", gbps},
                       {"memory_gbps", limits.memoryGbps}});
  }
  return results.dump(2) + "\n";
}
