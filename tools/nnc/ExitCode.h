//===- ExitCode.h - how nnc ends --------------------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNC_EXITCODE_H
#define NNC_TOOLS_NNC_EXITCODE_H

#include "nnc/compile.h"

namespace nnc {

/// Exit codes, the same for all tools; README.md lists them.
enum ExitCode {
  ExitDone = 0,
  ExitInvalid = 1,
  ExitUsage = 2,
  ExitSystem = 3,
  ExitUnsupported = 4,
  ExitDefect = 70,
};

inline ExitCode exitCodeOf(CompileStatus status) {
  switch (status) {
  case CompileStatus::Ok:
    return ExitDone;
  case CompileStatus::Invalid:
    return ExitInvalid;
  case CompileStatus::Unsupported:
    return ExitUnsupported;
  case CompileStatus::System:
    return ExitSystem;
  case CompileStatus::Internal:
    return ExitDefect;
  }
  return ExitDefect;
}

} // namespace nnc

#endif // NNC_TOOLS_NNC_EXITCODE_H
