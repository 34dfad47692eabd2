//===- Options.h - nnc's command line ---------------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNC_OPTIONS_H
#define NNC_TOOLS_NNC_OPTIONS_H

#include "nnc/compile.h"

#include <optional>
#include <string>
#include <vector>

namespace nnc {

struct ToolOptions {
  CompileOptions compile;
  std::string input;
  std::string output;
  std::string weights; ///< -w
  bool embedWeights = false;
  bool verbose = false;
  bool optReport = false;
  bool verify = false;
  std::vector<int64_t> verifyBatches;
  std::string trace;               ///< directory, empty for none
  std::vector<std::string> inputs; ///< -i
  uint32_t seed = 0;
  bool crash = false; ///< for the test of the crash handling
};

/// The options of `argv`, or the exit code with which to end: the reason is printed.
struct ParsedOptions {
  std::optional<ToolOptions> options;
  int exitCode = 0;
};
ParsedOptions parseOptions(int argc, char **argv);

} // namespace nnc

#endif // NNC_TOOLS_NNC_OPTIONS_H
