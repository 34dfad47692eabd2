//===- CheckText.h - what is refused before parsing -------------*- C++ -*-===//

#ifndef NNC_COMPILER_FRONTEND_CHECKTEXT_H
#define NNC_COMPILER_FRONTEND_CHECKTEXT_H

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/SourceMgr.h"

namespace nnc::frontend {

/// Refuses, with a diagnostic, what MLIR's parser would accept or not survive: bytecode, resources ({-# ... #-}), and
/// brackets nested deeper than its recursion should go.
llvm::LogicalResult checkText(const llvm::SourceMgr &sources, mlir::MLIRContext &context);

} // namespace nnc::frontend

#endif // NNC_COMPILER_FRONTEND_CHECKTEXT_H
