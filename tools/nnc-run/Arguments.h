//===- Arguments.h - nnc-run's command line ---------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCRUN_ARGUMENTS_H
#define NNC_TOOLS_NNCRUN_ARGUMENTS_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the command line asks for. The lists hold [NAME=]SPEC or [NAME=]FILE as given.
struct Arguments {
  std::string model;
  std::string weights;
  std::optional<std::string> device; ///< "auto" without
  std::string prefix;
  std::vector<std::string> inputs, outputs, expected;
  double tolerance = 0;
  int threads = 1;
  uint32_t seed = 0;
  bool strict = true;
  bool info = false;
  bool json = false;
  bool listDevices = false; ///< and nothing else
};

/// The arguments, or the exit code with which to end: the reason, the help or the version is printed.
struct ParsedArguments {
  std::optional<Arguments> arguments;
  int exitCode = 0;
};
ParsedArguments parseArguments(int argc, char **argv);

#endif // NNC_TOOLS_NNCRUN_ARGUMENTS_H
