//===- NNDialect.cpp - registration of the nn dialect ---------------------===//

#include "dialects/nn/NN.h"

#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace nnc::nn;

#include "dialects/nn/NNDialect.cpp.inc"

void NNDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "dialects/nn/NNOps.cpp.inc"
      >();
}

static ParseResult parseUnknownOperation(OpAsmParser &parser, OperationState &) {
  SmallVector<StringRef> known;
  for (RegisteredOperationName name : parser.getContext()->getRegisteredOperations())
    if (name.getDialectNamespace() == NNDialect::getDialectNamespace())
      known.push_back(name.getStringRef());
  llvm::sort(known);
  // The parser puts "custom op 'nn.<name>' " in front.
  return parser.emitError(parser.getNameLoc()) << "is not known; the nn dialect has " << llvm::join(known, ", ");
}

std::optional<Dialect::ParseOpHook> NNDialect::getParseOperationHook(StringRef) const {
  // A reference, so to something that lasts.
  return ParseOpHook(parseUnknownOperation);
}
