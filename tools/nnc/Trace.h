//===- Trace.h - every value of a model as a file ---------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNC_TRACE_H
#define NNC_TOOLS_NNC_TRACE_H

#include "tools/nnc/Options.h"

#include "mlir/IR/BuiltinOps.h"

namespace nnc {

/// Interprets the checked `module` on the inputs of `options` and writes every value into `options.trace`, numbered in
/// the order of the text, with a list on stdout. Returns the exit code.
int trace(mlir::ModuleOp module, const ToolOptions &options);

} // namespace nnc

#endif // NNC_TOOLS_NNC_TRACE_H
