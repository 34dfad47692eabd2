//===- Isolation.h - a crash of LLVM is an error, not a mystery -*- C++ -*-===//

#ifndef NNC_TOOLS_NNC_ISOLATION_H
#define NNC_TOOLS_NNC_ISOLATION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace nnc {

/// Runs `body` in a child process and returns its exit code. If it dies of a signal, or reports a defect, saves
/// `modelText` and the command line in a fresh directory, names that on stderr and returns ExitDefect. Out of memory is
/// ExitSystem. To be called before the process has threads.
int runIsolated(llvm::ArrayRef<const char *> commandLine, llvm::StringRef modelText, llvm::function_ref<int()> body);

} // namespace nnc

#endif // NNC_TOOLS_NNC_ISOLATION_H
