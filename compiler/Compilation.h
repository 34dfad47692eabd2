//===- Compilation.h - the stages of a compilation, in order ----*- C++ -*-===//
//
// What nnc::compile and the tool nnc share: text -> checked nn -> fused nn -> loops -> LLVM -> object -> library.
// Errors go to the MLIR context's diagnostics; the status says whose fault it was.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_COMPILATION_H
#define NNC_COMPILER_COMPILATION_H

#include "nnc/compile.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/SourceMgr.h"

#include <functional>

namespace nnc {

class Compilation {
public:
  /// Applied to every pass manager, for a tool's printing and timing flags.
  using Configure = std::function<mlir::LogicalResult(mlir::PassManager &)>;

  Compilation(mlir::MLIRContext &context, const CompileOptions &options, Configure configure = {});

  /// The checked model of `sources`' main file.
  mlir::OwningOpRef<mlir::ModuleOp> parse(llvm::SourceMgr &sources);

  /// Runs the transforms on a checked model.
  mlir::LogicalResult fuse(mlir::ModuleOp module);

  /// Takes a checked model to what `options.emit` asks for.
  mlir::LogicalResult run(mlir::ModuleOp module, std::string &output);

  /// Why the last call failed.
  CompileStatus getStatus() const { return status; }

private:
  mlir::LogicalResult runPasses(mlir::ModuleOp module, llvm::function_ref<void(mlir::OpPassManager &)> build);
  mlir::LogicalResult generateCode(mlir::ModuleOp module, std::string &output);
  mlir::LogicalResult fail(CompileStatus status, const llvm::Twine &message);
  /// Keeps the result of a stage under `saveTemps`.
  mlir::LogicalResult save(llvm::StringRef extension, llvm::StringRef bytes);

  mlir::MLIRContext &context;
  CompileOptions options;
  Configure configure;
  CompileStatus status = CompileStatus::Ok;
};

} // namespace nnc

#endif // NNC_COMPILER_COMPILATION_H
