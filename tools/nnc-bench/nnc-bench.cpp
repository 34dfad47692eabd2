//===- nnc-bench.cpp - how fast a compiled model is -----------------------===//

#include "tools/common/Machine.h"
#include "tools/nnc-bench/Measure.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <getopt.h>
#include <nlohmann/json.hpp>

using namespace nnc;

static constexpr char help[] =
    "nnc-bench: how fast a compiled model is\n"
    "\n"
    "usage: nnc-bench model.so [-w weights.safetensors] [-b 1,8,64] [--threads 1,2] [--seconds S] [--json FILE]\n"
    "\n"
    "Prints for each batch and number of threads the median and the slowest calls in microseconds, and what share the\n"
    "median is of the machine's best, measured in the same run: fused multiply-adds on registers, and reading as many\n"
    "bytes as the packed weights have.\n"
    "\n"
    "  -w FILE        weights; not needed if they are embedded\n"
    "  -b N,...       batches (default 1,8,64,256,1024; a static model has one)\n"
    "  --threads N,.. threads (default NNC_NUM_THREADS, or 1)\n"
    "  --seconds S    time for each (default 1)\n"
    "  --json FILE    also write the results as an array of objects\n"
    "  --help\n";

struct Arguments {
  std::string model, weights, json;
  std::vector<int64_t> batches, threads;
  double seconds = 1;
};

static int usageError(const char *what, const char *value) {
  std::fprintf(stderr, "nnc-bench: error: %s '%s'; nnc-bench --help lists all options\n", what, value);
  return 2;
}

/// "1,8,64"; empty for other text or a number below 1.
static std::vector<int64_t> parseList(const char *text) {
  std::vector<int64_t> list;
  for (char *end = nullptr;; text = end + 1) {
    long value = std::strtol(text, &end, 10);
    if (end == text || value < 1 || (*end && *end != ','))
      return {};
    list.push_back(value);
    if (!*end)
      return list;
  }
}

/// Fills `arguments`; returns the exit code with which to end, or -1.
static int parseArguments(int argc, char **argv, Arguments &arguments) {
  enum { Threads = 256, Seconds, Json, Help };
  static const option options[] = {{"threads", required_argument, nullptr, Threads},
                                   {"seconds", required_argument, nullptr, Seconds},
                                   {"json", required_argument, nullptr, Json},
                                   {"help", no_argument, nullptr, Help},
                                   {nullptr, 0, nullptr, 0}};
  const char *defaultThreads = std::getenv("NNC_NUM_THREADS");
  arguments.batches = {1, 8, 64, 256, 1024};
  arguments.threads = parseList(defaultThreads ? defaultThreads : "1");
  for (int c; (c = getopt_long(argc, argv, "w:b:", options, nullptr)) != -1;) {
    switch (c) {
    case 'w':
      arguments.weights = optarg;
      break;
    case 'b':
      if ((arguments.batches = parseList(optarg)).empty())
        return usageError("-b takes numbers of at least 1, not", optarg);
      break;
    case Threads:
      if ((arguments.threads = parseList(optarg)).empty())
        return usageError("--threads takes numbers of at least 1, not", optarg);
      break;
    case Seconds:
      if ((arguments.seconds = std::atof(optarg)) <= 0)
        return usageError("--seconds is a number above 0, not", optarg);
      break;
    case Json:
      arguments.json = optarg;
      break;
    case Help:
      std::fputs(help, stdout);
      return 0;
    default:
      return 2;
    }
  }
  if (arguments.threads.empty())
    return usageError("NNC_NUM_THREADS is numbers of at least 1, not", defaultThreads);
  if (optind + 1 != argc)
    return usageError("one model is needed, not", optind < argc ? argv[optind + 1] : "");
  arguments.model = argv[optind];
  return -1;
}

static int report(const Error &error) {
  std::fprintf(stderr, "nnc-bench: error: %s\n", error.what());
  return static_cast<int>(error.code());
}

static int run(const Arguments &arguments) {
  Result<Model> loaded = Model::tryLoad(arguments.model, arguments.weights, "cpu");
  if (!loaded)
    return report(loaded.error());
  Model model = std::move(*loaded);
  const nnc_entry *entry = static_cast<const nnc_entry *>(nnc_array_at(model.table()->entries, 0));
  std::string level(model.level());
  size_t packedBytes = 0;
  for (const TensorInfo &parameter : model.parameters()) {
    int64_t bytes = 4;
    for (int64_t extent : parameter.shape)
      bytes *= extent;
    packedBytes += static_cast<size_t>(bytes);
  }

  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  std::printf("%s, %s, %llu FLOPs a sample, %zu bytes of weights\n", model.name().c_str(), level.c_str(),
              static_cast<unsigned long long>(entry->flops_per_sample), packedBytes);
  std::printf("%7s %7s %10s %10s %10s %10s %12s %8s %8s %8s %8s\n", "threads", "batch", "median us", "p90", "p99",
              "max", "samples/s", "GFLOP/s", "of peak", "GB/s", "of read");
  for (int64_t threads : arguments.threads) {
    double peak = measurePeakGflops(level.c_str(), static_cast<int>(threads));
    double read = measureReadGbps(packedBytes, static_cast<int>(threads));
    for (int64_t batch : model.isOpen() ? arguments.batches : std::vector<int64_t>{1}) {
      Result<Times> measured = measure(model, batch, static_cast<int>(threads), arguments.seconds);
      if (!measured)
        return report(measured.error());
      const Times &times = *measured;
      double samples = static_cast<double>(batch);
      double gflops = static_cast<double>(entry->flops_per_sample) * samples / times.median / 1e3;
      double gbps = static_cast<double>(packedBytes) / times.median / 1e3;
      std::printf("%7lld %7lld %10.2f %10.2f %10.2f %10.2f %12.0f %8.1f %7.0f%% %8.1f %7.0f%%\n",
                  static_cast<long long>(threads), static_cast<long long>(batch), times.median, times.p90, times.p99,
                  times.max, samples / times.median * 1e6, gflops, peak > 0 ? 100 * gflops / peak : 0, gbps,
                  100 * gbps / read);
      results.push_back({{"model", model.name()},
                         {"level", level},
                         {"batch", batch},
                         {"threads", threads},
                         {"median_us", times.median},
                         {"p90_us", times.p90},
                         {"p99_us", times.p99},
                         {"p999_us", times.p999},
                         {"max_us", times.max},
                         {"gflops", gflops},
                         {"peak_gflops", peak},
                         {"weights_gbps", gbps},
                         {"read_gbps", read}});
    }
  }
  if (arguments.json.empty())
    return 0;
  std::FILE *file = std::fopen(arguments.json.c_str(), "w");
  bool good = file && std::fprintf(file, "%s\n", results.dump(2).c_str()) > 0;
  good = file && std::fclose(file) == 0 && good;
  if (!good)
    return report(Error(StatusCode::System, "cannot write '" + arguments.json + "': " + std::strerror(errno)));
  return 0;
}

int main(int argc, char **argv) {
  Arguments arguments;
  if (int code = parseArguments(argc, argv, arguments); code >= 0)
    return code;
  try {
    return run(arguments);
  } catch (const std::bad_alloc &) {
    return report(Error(StatusCode::System, "out of memory"));
  }
}
