//===- nnc.cpp - the compiler's command line ------------------------------===//

#include "compiler/Compilation.h"
#include "dialects/nn/Model.h"
#include "tools/nnc/ExitCode.h"
#include "tools/nnc/Isolation.h"
#include "tools/nnc/ModelData.h"
#include "tools/nnc/OptReport.h"
#include "tools/nnc/Options.h"
#include "tools/nnc/OutputFile.h"
#include "tools/nnc/Trace.h"
#include "tools/nnc/Verify.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace nnc;

/// All bytes of the file `path` as `weights`; returns the exit code.
static int readEmbeddedWeights(StringRef path, std::string &weights) {
  auto file = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file) {
    errs() << "nnc: error: cannot read '" << path << "': " << file.getError().message() << "\n";
    return ExitSystem;
  }
  weights = (*file)->getBuffer().str();
  return ExitDone;
}

/// Compiles `text` and writes the output; returns the exit code.
static int compileModel(StringRef text, const ToolOptions &options) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  SourceMgr sources;
  sources.AddNewSourceBuffer(MemoryBuffer::getMemBuffer(text, options.input == "-" ? "<stdin>" : options.input),
                             SMLoc());
  DiagnosticPrinter printer(sources, context, errs());
  auto configure = [](mlir::PassManager &pm) {
    mlir::applyDefaultTimingPassManagerCLOptions(pm);
    return mlir::applyPassManagerCLOptions(pm);
  };
  CompileOptions compileOptions = options.compile;
  if (options.embedWeights)
    if (int exitCode = readEmbeddedWeights(options.weights, compileOptions.weights))
      return exitCode;
  Compilation compilation(context, compileOptions, configure, options.verbose ? &errs() : nullptr);

  mlir::OwningOpRef<mlir::ModuleOp> module = compilation.parse(sources);
  if (!module)
    return exitCodeOf(compilation.getStatus());
  if (options.embedWeights) {
    // Names and shapes are checked now and not at the first load.
    auto parameters = readParameters(nn::getForward(*module), options.weights);
    if (!parameters)
      return report(parameters.error());
  }
  if (!options.trace.empty())
    return trace(*module, options);
  if (options.optReport)
    if (int exitCode = reportLayers(*module, compilation, options))
      return exitCode;
  // Compiling takes the module; the interpreter of --verify needs it as it was.
  mlir::OwningOpRef<mlir::ModuleOp> checked = options.verify ? module->clone() : mlir::ModuleOp();
  std::string output;
  if (failed(compilation.run(*module, output)))
    return exitCodeOf(compilation.getStatus());
  if (options.verify)
    return verify(*checked, output, options);
  if (llvm::Error error = writeOutput(options.output, output, options.compile.emit == Emit::Library)) {
    errs() << "nnc: error: " << toString(std::move(error)) << "\n";
    return ExitSystem;
  }
  return ExitDone;
}

int main(int argc, char **argv) {
  SmallVector<const char *> commandLine(argv, argv + argc);
  InitLLVM init(argc, argv);
  setBugReportMsg("");
  ParsedOptions parsed = parseOptions(argc, argv);
  if (!parsed.options)
    return parsed.exitCode;
  const ToolOptions &options = *parsed.options;

  // Read before the child starts, so that a reproducer has the text even if it came through a pipe.
  auto text = MemoryBuffer::getFileOrSTDIN(options.input, /*IsText=*/true);
  if (!text) {
    errs() << "nnc: error: cannot read '" << options.input << "': " << text.getError().message() << "\n";
    return ExitSystem;
  }
  return runIsolated(commandLine, (*text)->getBuffer(), [&] {
    if (options.crash)
      LLVM_BUILTIN_TRAP;
    return compileModel((*text)->getBuffer(), options);
  });
}
