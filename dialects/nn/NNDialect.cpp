//===- NNDialect.cpp - registration of the nn dialect ---------------------===//

#include "dialects/nn/NN.h"

#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/STLExtras.h"

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

std::optional<Dialect::ParseOpHook> NNDialect::getParseOperationHook(StringRef opName) const {
  std::string unknown = opName.str();
  return ParseOpHook([unknown](OpAsmParser &parser, OperationState &) -> ParseResult {
    std::string known;
    llvm::raw_string_ostream os(known);
    llvm::interleaveComma(parser.getContext()->getRegisteredOperationsByDialect("nn"), os,
                          [&](RegisteredOperationName name) { os << name.getStringRef(); });
    return parser.emitError(parser.getNameLoc()) << "unknown operation '" << unknown << "'; the nn dialect has " << known;
  });
}
