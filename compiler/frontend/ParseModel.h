//===- ParseModel.h - text to a checked model -------------------*- C++ -*-===//

#ifndef NNC_COMPILER_FRONTEND_PARSEMODEL_H
#define NNC_COMPILER_FRONTEND_PARSEMODEL_H

#include "nnc/compile.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/SourceMgr.h"

namespace nnc::frontend {

struct FrontendOptions {
  /// A tensor of more bytes is refused; in an open model one sample of it counts.
  uint64_t maxTensorBytes = CompileOptions().maxTensorBytes;
};

/// A checked model, or null and whose fault it is: Invalid, or Unsupported for a model that is right but uses what nnc
/// cannot compile (yet).
struct ParsedModel {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  CompileStatus status = CompileStatus::Ok;
};

/// Parses the main file of `sources` with the nn and func dialects and nothing else, and checks it (checkModel).
/// Errors are diagnostics with file, line and column.
ParsedModel parseModel(llvm::SourceMgr &sources, mlir::MLIRContext &context, const FrontendOptions &options = {});

/// Checks the rules of the format (dialects/nn/README.md) that an operation cannot check for itself, names what has no
/// name yet, and notes all parameters on the module before any pass can drop one.
CompileStatus checkModel(mlir::ModuleOp module, const FrontendOptions &options = {});

} // namespace nnc::frontend

#endif // NNC_COMPILER_FRONTEND_PARSEMODEL_H
