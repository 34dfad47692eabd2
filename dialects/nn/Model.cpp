//===- Model.cpp - a whole model in the nn dialect ------------------------===//

#include "dialects/nn/Model.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::nn;

func::FuncOp nnc::nn::getForward(ModuleOp module) { return module.lookupSymbol<func::FuncOp>("forward"); }

bool nnc::nn::isOpenModel(func::FuncOp forward) {
  FunctionType type = forward.getFunctionType();
  return llvm::any_of(llvm::concat<const Type>(type.getInputs(), type.getResults()),
                      [](Type type) { return !cast<RankedTensorType>(type).hasStaticShape(); });
}

bool nnc::nn::isNameText(StringRef text) {
  return llvm::json::isUTF8(text) && llvm::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

StringRef nnc::nn::getInputName(func::FuncOp forward, unsigned index) {
  auto name = forward.getArgAttrOfType<StringAttr>(index, nameAttribute);
  return name ? name.getValue() : StringRef();
}

StringRef nnc::nn::getResultName(func::FuncOp forward, unsigned index) {
  auto name = forward.getResultAttrOfType<StringAttr>(index, nameAttribute);
  return name ? name.getValue() : StringRef();
}

SmallVector<ParameterInfo> nnc::nn::getParameters(ModuleOp module) {
  SmallVector<ParameterInfo> parameters;
  if (auto list = module->getAttrOfType<ArrayAttr>(parametersAttribute))
    for (auto entry : list.getAsRange<DictionaryAttr>())
      parameters.push_back({entry.getAs<StringAttr>("name").getValue(),
                            cast<RankedTensorType>(entry.getAs<TypeAttr>("type").getValue())});
  return parameters;
}

void nnc::nn::setParameters(ModuleOp module, ArrayRef<ParameterInfo> parameters) {
  Builder b(module.getContext());
  auto encode = [&](const ParameterInfo &parameter) -> Attribute {
    return b.getDictionaryAttr({b.getNamedAttr("name", b.getStringAttr(parameter.name)),
                                b.getNamedAttr("type", TypeAttr::get(parameter.type))});
  };
  module->setAttr(parametersAttribute, b.getArrayAttr(llvm::map_to_vector(parameters, encode)));
}
