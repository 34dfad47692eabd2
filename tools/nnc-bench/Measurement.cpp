//===- Measurement.cpp - one line of the results --------------------------===//

#include "tools/nnc-bench/Measurement.h"

#include <cstdio>
#include <nlohmann/json.hpp>

void printHeading() {
  std::printf("%7s %7s %10s %10s %10s %10s %10s %12s %8s %8s %8s %8s %9s\n", "threads", "batch", "median us", "p90",
              "p99", "p99.9", "max", "samples/s", "GFLOP/s", "of peak", "GB/s", "of read", "chain us");
}

void print(const Measurement &measurement) {
  const Times &times = measurement.times;
  std::printf("%7lld %7lld %10.2f %10.2f %10.2f %10.2f %10.2f %12.0f %8.1f %7.0f%% %8.1f %7.0f%% %9.2f\n",
              static_cast<long long>(measurement.threads), static_cast<long long>(measurement.batch), times.median,
              times.p90, times.p99, times.p999, times.max, measurement.samplesPerSecond(), measurement.gflops(),
              100 * measurement.shareOfPeak(), measurement.weightsGbps(), 100 * measurement.shareOfRead(),
              measurement.chainUs());
  std::fflush(stdout);
}

std::string toJson(const std::vector<Measurement> &measurements) {
  nlohmann::ordered_json array = nlohmann::ordered_json::array();
  for (const Measurement &measurement : measurements) {
    const Times &times = measurement.times;
    array.push_back({{"model", measurement.model},
                     {"level", measurement.level},
                     {"batch", measurement.batch},
                     {"threads", measurement.threads},
                     {"median_us", times.median},
                     {"p90_us", times.p90},
                     {"p99_us", times.p99},
                     {"p999_us", times.p999},
                     {"max_us", times.max},
                     {"samples_per_second", measurement.samplesPerSecond()},
                     {"gflops", measurement.gflops()},
                     {"peak_gflops", measurement.limits.peakGflops},
                     {"weights_gbps", measurement.weightsGbps()},
                     {"read_gbps", measurement.limits.readGbps},
                     {"chain_us", measurement.chainUs()},
                     {"flops_per_byte", measurement.intensity()},
                     {"load_us", measurement.loading.loadUs},
                     {"packed_bytes", measurement.loading.packedBytes},
                     {"pack_gbps", measurement.loading.packGbps},
                     {"copy_gbps", measurement.loading.copyGbps}});
  }
  return array.dump(2) + "\n";
}
