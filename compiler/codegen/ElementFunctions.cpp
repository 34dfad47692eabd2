//===- ElementFunctions.cpp - element functions as arith ------------------===//

#include "compiler/codegen/ElementFunctions.h"

#include "compiler/codegen/NumericsBuilder.h"
#include "compiler/numerics/Elementwise.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace nnc;

std::string nnc::codegen::elementFunctionName(nn::ElementFunctionAttrInterface function) {
  std::string name;
  llvm::raw_string_ostream os(name);
  os << "_" << function.getFunction();
  for (float constant : function.getConstants())
    os << llvm::format("_%08x", llvm::bit_cast<uint32_t>(constant));
  return name;
}

Value nnc::codegen::applyElementFunction(ImplicitLocOpBuilder &b, nn::ElementFunctionAttrInterface function,
                                         Value value) {
  NumericsBuilder arith(b, value.getType());
  SmallVector<float> constants = function.getConstants();
  return numerics::elementwise(arith, function.getFunction(), constants.data(), constants.size(), value);
}

std::string nnc::codegen::epilogueName(ArrayRef<Attribute> epilogue) {
  std::string name;
  for (Attribute function : epilogue)
    name += elementFunctionName(cast<nn::ElementFunctionAttrInterface>(function));
  return name;
}

Value nnc::codegen::applyEpilogue(ImplicitLocOpBuilder &b, ArrayRef<Attribute> epilogue, Value value) {
  for (Attribute function : epilogue)
    value = applyElementFunction(b, cast<nn::ElementFunctionAttrInterface>(function), value);
  return value;
}

int64_t nnc::codegen::countOperations(ArrayRef<Attribute> epilogue) {
  if (epilogue.empty())
    return 0;
  MLIRContext *context = epilogue.front().getContext();
  Location loc = UnknownLoc::get(context);
  Block block;
  ImplicitLocOpBuilder b(loc, context);
  b.setInsertionPointToEnd(&block);
  applyEpilogue(b, epilogue, block.addArgument(b.getF32Type(), loc));
  return llvm::count_if(block, [](Operation &op) { return !op.hasTrait<OpTrait::ConstantLike>(); });
}

ArrayRef<Attribute> nnc::codegen::epilogueOf(nn::LinearOp linear) {
  return linear.getEpilogue() ? linear.getEpilogue()->getValue() : ArrayRef<Attribute>();
}
