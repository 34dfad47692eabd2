//===- OptReport.h - what became of each layer ------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNC_OPTREPORT_H
#define NNC_TOOLS_NNC_OPTREPORT_H

#include "compiler/Compilation.h"
#include "tools/nnc/Options.h"

namespace nnc {

/// Prints to stderr, for each CPU level that the checked `module` is compiled for, what was fused, how each layer is
/// computed, and what bounds its time at batches of 1 and 256 on this machine, which it measures. Returns the exit
/// code.
int reportLayers(mlir::ModuleOp module, Compilation &compilation, const ToolOptions &options);

} // namespace nnc

#endif // NNC_TOOLS_NNC_OPTREPORT_H
