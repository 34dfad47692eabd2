//===- NNAttributes.cpp - attributes and interfaces of the nn dialect -----===//

#include "dialects/nn/NN.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace nnc::nn;

/// A floating-point number without its type, which is f32.
static FailureOr<FloatAttr> parseF32(AsmParser &parser) {
  FloatAttr value;
  if (parser.parseAttribute(value, parser.getBuilder().getF32Type()))
    return failure();
  return value;
}

static SmallVector<float> toFloats(ArrayRef<FloatAttr> values) {
  return llvm::map_to_vector(values, [](FloatAttr value) { return value.getValue().convertToFloat(); });
}

#include "dialects/nn/NNAttrInterfaces.cpp.inc"
#include "dialects/nn/NNOpInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/nn/NNAttributes.cpp.inc"

void NNDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/nn/NNAttributes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Constants that PyTorch refuses
//===----------------------------------------------------------------------===//

using EmitError = llvm::function_ref<InFlightDiagnostic()>;

/// The shortest text that gives the number back.
static std::string format(FloatAttr value) {
  llvm::SmallString<16> text;
  value.getValue().toString(text);
  return text.str().str();
}

LogicalResult CeluAttr::verify(EmitError emitError, FloatAttr alpha) {
  if (!alpha.getValue().isZero())
    return success();
  return emitError() << "'alpha' is 0, by which x is divided";
}

LogicalResult GeluAttr::verify(EmitError emitError, StringRef approximate) {
  if (approximate == "none" || approximate == "tanh")
    return success();
  return emitError() << "'approximate' is \"" << approximate << "\"; there are \"none\" and \"tanh\"";
}

LogicalResult HardtanhAttr::verify(EmitError emitError, FloatAttr minVal, FloatAttr maxVal) {
  // A NaN is not less either.
  if (minVal.getValue() < maxVal.getValue())
    return success();
  return emitError() << "'min_val' (" << format(minVal) << ") is not less than 'max_val' (" << format(maxVal) << ")";
}

LogicalResult SoftshrinkAttr::verify(EmitError emitError, FloatAttr lambd) {
  if (lambd.getValue().isFinite() && lambd.getValue().convertToFloat() >= 0)
    return success();
  return emitError() << "'lambd' is " << format(lambd) << "; it is finite and at least 0";
}
