//===- Compilation.h - the stages of a compilation, in order ----*- C++ -*-===//
//
// What nnc::compile and the tool nnc share: text -> checked nn -> fused nn -> loops -> LLVM -> object -> library.
// Errors go to the MLIR context's diagnostics; the status says whose fault it was.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_COMPILATION_H
#define NNC_COMPILER_COMPILATION_H

#include "nnc/compile.h"

#include "compiler/codegen/ModelTable.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Target/TargetMachine.h"

#include <chrono>
#include <functional>

namespace nnc {

/// Prints the diagnostics of `context` to `os`, with the line of `sources` each is about, while it lives. Leaves out
/// what says nothing to whoever wrote the model: operations in their generic form, and that a type could not be
/// inferred after the reason why.
class DiagnosticPrinter {
public:
  DiagnosticPrinter(llvm::SourceMgr &sources, mlir::MLIRContext &context, llvm::raw_ostream &os);

private:
  mlir::SourceMgrDiagnosticHandler printer;
  mlir::ScopedDiagnosticHandler filter;
};

class Compilation {
public:
  /// Applied to every pass manager, for a tool's printing and timing flags.
  using Configure = std::function<mlir::LogicalResult(mlir::PassManager &)>;

  /// `log`, if there is one, gets a line for each stage with the time it took.
  Compilation(mlir::MLIRContext &context, const CompileOptions &options, Configure configure = {},
              llvm::raw_ostream *log = nullptr);

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
  /// Whether code can be made for all targets of the options.
  mlir::LogicalResult checkTargets();
  /// Fused nn to loops and kernels.
  mlir::LogicalResult lowerToLoops(mlir::ModuleOp module);
  /// Takes the kernels out of `module` and makes images of them, or PTX if that is all that is asked for.
  mlir::LogicalResult compileKernels(mlir::ModuleOp module, std::vector<codegen::CudaImage> &images,
                                     std::string &output);
  /// Loops to optimised LLVM IR with the model's table, and to what is asked for.
  mlir::LogicalResult compileHost(mlir::ModuleOp module, const codegen::ModelDescription &description,
                                  std::vector<codegen::CudaImage> images, std::string &output);
  /// Optimised LLVM IR to what is asked for.
  mlir::LogicalResult emit(llvm::Module &module, llvm::TargetMachine &machine, const std::string &querySymbol,
                           std::string &output);

  /// Saves what `make` gives, if results of stages are kept, and leaves it in `output` if it is what was asked for.
  /// Returns whether to stop here: it was, or it could not be saved.
  bool isLast(Emit stage, llvm::StringRef extension, llvm::function_ref<std::string()> make, std::string &output);

  /// Emits a diagnostic without a location. An error that has a code of the system is the surroundings' fault (or of
  /// the kind that the code says), whatever `otherwise` says.
  mlir::LogicalResult fail(CompileStatus status, const llvm::Twine &message);
  mlir::LogicalResult fail(CompileStatus otherwise, llvm::Error error);
  /// Says in the log that a stage is done.
  void logStage(const llvm::Twine &what);
  /// Keeps the result of a stage under `saveTemps`.
  mlir::LogicalResult save(llvm::StringRef extension, llvm::StringRef bytes);

  mlir::MLIRContext &context;
  CompileOptions options;
  Configure configure;
  llvm::raw_ostream *log;
  std::chrono::steady_clock::time_point stageStart = std::chrono::steady_clock::now();
  CompileStatus status = CompileStatus::Ok;
};

} // namespace nnc

#endif // NNC_COMPILER_COMPILATION_H
