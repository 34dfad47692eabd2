//===- Compile.cpp - the compiler as a library ----------------------------===//

#include "nnc/compile.h"

#include "compiler/Compilation.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace nnc;

const char *nnc::compilerVersion() { return NNC_VERSION; }

CompileResult nnc::compile(const std::string &text, const std::string &fileName, const CompileOptions &options) {
  CompileResult result;
  llvm::raw_string_ostream diagnostics(result.diagnostics);
  // A context of its own, without threads: calls from several threads share nothing.
  MLIRContext context(MLIRContext::Threading::DISABLED);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBuffer(text, fileName), llvm::SMLoc());
  DiagnosticPrinter printer(sources, context, diagnostics);

  Compilation compilation(context, options);
  OwningOpRef<ModuleOp> module = compilation.parse(sources);
  if (module && succeeded(compilation.run(*module, result.output)))
    return result;
  result.status = compilation.getStatus();
  result.output.clear();
  return result;
}
