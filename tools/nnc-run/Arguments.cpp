//===- Arguments.cpp - nnc-run's command line -----------------------------===//

#include "tools/nnc-run/Arguments.h"

#include <cstdio>
#include <cstdlib>
#include <getopt.h>

static constexpr int usageError = 2;

static constexpr char help[] =
    "nnc-run: runs a compiled model\n"
    "\n"
    "usage: nnc-run model.so [-w weights.safetensors] [-i [NAME=]SPEC]... [-o [NAME=]FILE.npy]...\n"
    "       nnc-run model.so --info [--json]\n"
    "       nnc-run --list-devices\n"
    "\n"
    "  -w FILE                  weights; not needed if they are embedded\n"
    "  -i [NAME=]SPEC           an input: FILE.npy, - for one on stdin, or rand, zeros or ones, with a shape as in\n"
    "                           rand:3x28x28\n"
    "  -o [NAME=]FILE.npy       write a result, - for stdout; without any, all are printed\n"
    "  --expect [NAME=]FILE.npy compare a result: print the largest error and where it is\n"
    "  --tolerance T            with --expect, the largest error that is no difference (default 0)\n"
    "  --device NAME            cpu, cuda (the first NVIDIA GPU), cuda:N, or auto (default): a GPU if the model has "
    "code\n"
    "                           for it and it works, else the CPU\n"
    "  --list-devices           print where models can run\n"
    "  --threads N              threads that share a call (default NNC_NUM_THREADS, or 1)\n"
    "  --seed N                 seed of rand (default 0)\n"
    "  --prefix TEXT            what names in the weights file begin with, such as module.\n"
    "  --no-strict              let the weights file have tensors that the model does not\n"
    "  --info [--json]          print what the model says of itself\n"
    "  --version, --help\n"
    "\n"
    "Rows are read, run and written a thousand at a time: files may be larger than memory.\n"
    "\n"
    "Ends with 0 if all went well, 1 if what was given is wrong or a result differs, 2 for wrong usage, 3 if a file "
    "or\n"
    "the machine fails, 4 for what is not supported yet.\n";

static ParsedArguments fail(const char *what, const char *value) {
  std::fprintf(stderr, "nnc-run: error: %s '%s'; nnc-run --help lists all options\n", what, value);
  return {std::nullopt, usageError};
}

/// The whole of `text` as a number of at least `least`.
static bool parseNumber(const char *text, double least, double most, double &number) {
  char *end;
  number = std::strtod(text, &end);
  return *text && !*end && number >= least && number <= most;
}

ParsedArguments parseArguments(int argc, char **argv) {
  enum { Device = 256, ListDevices, Threads, Seed, Prefix, NoStrict, Info, Json, Expect, Tolerance, Version, Help };
  static const option options[] = {{"device", required_argument, nullptr, Device},
                                   {"list-devices", no_argument, nullptr, ListDevices},
                                   {"threads", required_argument, nullptr, Threads},
                                   {"seed", required_argument, nullptr, Seed},
                                   {"prefix", required_argument, nullptr, Prefix},
                                   {"no-strict", no_argument, nullptr, NoStrict},
                                   {"info", no_argument, nullptr, Info},
                                   {"json", no_argument, nullptr, Json},
                                   {"expect", required_argument, nullptr, Expect},
                                   {"tolerance", required_argument, nullptr, Tolerance},
                                   {"version", no_argument, nullptr, Version},
                                   {"help", no_argument, nullptr, Help},
                                   {nullptr, 0, nullptr, 0}};
  Arguments arguments;
  if (const char *threads = std::getenv("NNC_NUM_THREADS")) {
    double number = 0;
    if (!parseNumber(threads, 1, 4096, number) || number != static_cast<int>(number))
      return fail("NNC_NUM_THREADS is 1 to 4096, not", threads);
    arguments.threads = static_cast<int>(number);
  }
  for (int c; (c = getopt_long(argc, argv, "w:i:o:h", options, nullptr)) != -1;) {
    double number = 0;
    switch (c) {
    case 'w':
      arguments.weights = optarg;
      break;
    case 'i':
      arguments.inputs.push_back(optarg);
      break;
    case 'o':
      arguments.outputs.push_back(optarg);
      break;
    case Expect:
      arguments.expected.push_back(optarg);
      break;
    case Device:
      arguments.device = optarg;
      break;
    case ListDevices:
      arguments.listDevices = true;
      break;
    case Prefix:
      arguments.prefix = optarg;
      break;
    case NoStrict:
      arguments.strict = false;
      break;
    case Info:
      arguments.info = true;
      break;
    case Json:
      arguments.json = true;
      break;
    case Tolerance:
      if (!parseNumber(optarg, 0, 1e300, arguments.tolerance))
        return fail("--tolerance is a number of at least 0, not", optarg);
      break;
    case Threads:
      if (!parseNumber(optarg, 1, 4096, number) || number != static_cast<int>(number))
        return fail("--threads is 1 to 4096, not", optarg);
      arguments.threads = static_cast<int>(number);
      break;
    case Seed:
      if (!parseNumber(optarg, 0, UINT32_MAX, number) || number != static_cast<uint32_t>(number))
        return fail("--seed is 0 to 4294967295, not", optarg);
      arguments.seed = static_cast<uint32_t>(number);
      break;
    case Version:
      std::printf("nnc-run %s\n", NNC_VERSION);
      return {std::nullopt, 0};
    case Help:
    case 'h':
      std::fputs(help, stdout);
      return {std::nullopt, 0};
    default: // getopt has said what is wrong
      return {std::nullopt, usageError};
    }
  }
  if (arguments.listDevices)
    return {arguments, 0};
  if (optind + 1 != argc)
    return optind == argc ? fail("which model? nothing behind", argv[0])
                          : fail("one model at a time, not also", argv[optind + 1]);
  if (arguments.json && !arguments.info)
    return fail("--json goes with --info, alone", "--json");
  arguments.model = argv[optind];
  return {arguments, 0};
}
