//===- Arguments.h - nnc-bench's command line -------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCBENCH_ARGUMENTS_H
#define NNC_TOOLS_NNCBENCH_ARGUMENTS_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the command line asks for.
struct Arguments {
  std::string model, weights;
  std::string json, plot; ///< files to write, empty for none
  std::vector<int64_t> batches = {1, 8, 64, 256, 1024};
  std::vector<int64_t> threads = {1};
  double seconds = 1;
  std::string device = "cpu";
};

/// The arguments, or the exit code with which to end: the reason or the help is printed.
struct ParsedArguments {
  std::optional<Arguments> arguments;
  int exitCode = 0;
};
ParsedArguments parseArguments(int argc, char **argv);

#endif // NNC_TOOLS_NNCBENCH_ARGUMENTS_H
