//===- Verify.h - compiled code against the interpreter ---------*- C++ -*-===//

#ifndef NNC_TOOLS_NNC_VERIFY_H
#define NNC_TOOLS_NNC_VERIFY_H

#include "tools/nnc/Options.h"

#include "mlir/IR/BuiltinOps.h"

namespace nnc {

/// Runs `library`, compiled from the checked `module`, on random batches and on one with NaN, infinities, zeros and
/// subnormals, in one, two and three parts, and compares every bit with the interpreter. Prints what it did for each
/// result. Returns the exit code: ExitInvalid for a difference.
int verify(mlir::ModuleOp module, llvm::StringRef library, const ToolOptions &options);

} // namespace nnc

#endif // NNC_TOOLS_NNC_VERIFY_H
