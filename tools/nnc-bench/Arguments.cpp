//===- Arguments.cpp - nnc-bench's command line ---------------------------===//

#include "tools/nnc-bench/Arguments.h"

#include <cstdio>
#include <cstdlib>
#include <getopt.h>

static constexpr int usageError = 2;

static constexpr char help[] =
    "nnc-bench: how fast a compiled model is\n"
    "\n"
    "usage: nnc-bench model.so [-w weights.safetensors] [-b 1,8,64] [--threads 1,2] [--seconds S]\n"
    "                 [--json FILE] [--plot FILE.svg] [--device NAME]\n"
    "\n"
    "Prints for each batch and number of threads the median call and the slow ones in microseconds, and what share "
    "the\n"
    "median is of the machine's best, which is measured between the calls: fused multiply-adds on registers alone, "
    "and\n"
    "reading as many bytes as the model has weights. 'chain us' is what the multiply-adds of one sample take one "
    "after\n"
    "the other, in the order that nnc defines. It also says how fast the model is loaded, and its weights are packed\n"
    "next to a copy of them.\n"
    "\n"
    "  -w FILE          weights; not needed if they are embedded\n"
    "  -b N,...         batches (default 1,8,64,256,1024; a static model has one)\n"
    "  --threads N,...  threads (default NNC_NUM_THREADS, or 1)\n"
    "  --seconds S      time for each, after a warm-up (default 1)\n"
    "  --json FILE      write the results as an array of objects\n"
    "  --plot FILE.svg  draw the results below the roofline: speed over FLOPs for each byte\n"
    "  --device NAME    cpu (default), cuda or cuda:N: on a GPU the parts of a call, and the shares of what the GPU's\n"
    "                   clocks and units allow; not with --threads or --plot\n"
    "  --help\n";

static ParsedArguments fail(const char *what, const char *value) {
  std::fprintf(stderr, "nnc-bench: error: %s '%s'; nnc-bench --help lists all options\n", what, value);
  return {std::nullopt, usageError};
}

/// "1,8,64"; empty for other text or a number that is not 1 to `most`.
static std::vector<int64_t> parseList(const char *text, long most) {
  std::vector<int64_t> list;
  for (char *end = nullptr;; text = end + 1) {
    long value = std::strtol(text, &end, 10);
    if (end == text || value < 1 || value > most || (*end && *end != ','))
      return {};
    list.push_back(value);
    if (!*end)
      return list;
  }
}

ParsedArguments parseArguments(int argc, char **argv) {
  enum { Device = 256, Threads, Seconds, Json, Plot, Help };
  static const option options[] = {{"device", required_argument, nullptr, Device},
                                   {"threads", required_argument, nullptr, Threads},
                                   {"seconds", required_argument, nullptr, Seconds},
                                   {"json", required_argument, nullptr, Json},
                                   {"plot", required_argument, nullptr, Plot},
                                   {"help", no_argument, nullptr, Help},
                                   {nullptr, 0, nullptr, 0}};
  constexpr long mostBatch = 1L << 40, mostThreads = 4096;
  Arguments arguments;
  if (const char *threads = std::getenv("NNC_NUM_THREADS"))
    if ((arguments.threads = parseList(threads, mostThreads)).empty())
      return fail("NNC_NUM_THREADS is numbers from 1 to 4096, not", threads);
  for (int c; (c = getopt_long(argc, argv, "w:b:h", options, nullptr)) != -1;) {
    switch (c) {
    case 'w':
      arguments.weights = optarg;
      break;
    case 'b':
      if ((arguments.batches = parseList(optarg, mostBatch)).empty())
        return fail("-b takes numbers of at least 1, not", optarg);
      break;
    case Threads:
      if ((arguments.threads = parseList(optarg, mostThreads)).empty())
        return fail("--threads takes numbers from 1 to 4096, not", optarg);
      break;
    case Seconds:
      if (!((arguments.seconds = std::atof(optarg)) > 0 && arguments.seconds <= 86400))
        return fail("--seconds is a number above 0 and of at most a day, not", optarg);
      break;
    case Device:
      arguments.device = optarg;
      break;
    case Json:
      arguments.json = optarg;
      break;
    case Plot:
      arguments.plot = optarg;
      break;
    case Help:
    case 'h':
      std::fputs(help, stdout);
      return {std::nullopt, 0};
    default: // getopt has said what is wrong
      return {std::nullopt, usageError};
    }
  }
  if (optind + 1 != argc)
    return optind == argc ? fail("which model? nothing behind", argv[0])
                          : fail("one model at a time, not also", argv[optind + 1]);
  arguments.model = argv[optind];
  return {arguments, 0};
}
