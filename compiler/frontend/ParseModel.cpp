//===- ParseModel.cpp - text to a checked model ---------------------------===//

#include "compiler/frontend/ParseModel.h"

#include "compiler/frontend/CheckText.h"
#include "dialects/nn/NN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::frontend;

/// Adds what is known to the parser's words on what is not, and notes an operation that only a later nn may have.
static bool explain(Diagnostic &diagnostic) {
  std::string text = diagnostic.str();
  if (StringRef(text).contains("not found for custom op") || StringRef(text).contains("unregistered dialect"))
    diagnostic.attachNote() << "a model has operations of the dialect nn, func.func and return";
  return StringRef(text).starts_with("custom op 'nn.") && StringRef(text).contains("is not known");
}

ParsedModel nnc::frontend::parseModel(llvm::SourceMgr &sources, MLIRContext &context, const FrontendOptions &options) {
  context.loadDialect<nn::NNDialect, func::FuncDialect>();
  if (failed(checkText(sources, context)))
    return {nullptr, CompileStatus::Invalid};

  bool unknownOperation = false;
  OwningOpRef<ModuleOp> module;
  {
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      unknownOperation |= explain(diagnostic);
      return failure(); // on to the next handler, which prints
    });
    // Verified by checkModel, after it has looked for what is right but not supported.
    module = parseSourceFile<ModuleOp>(sources, ParserConfig(&context, /*verifyAfterParse=*/false));
  }
  if (!module)
    return {nullptr, unknownOperation ? CompileStatus::Unsupported : CompileStatus::Invalid};
  CompileStatus status = checkModel(*module, options);
  if (status != CompileStatus::Ok)
    return {nullptr, status};
  return {std::move(module), status};
}
