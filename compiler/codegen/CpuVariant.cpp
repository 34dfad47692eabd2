//===- CpuVariant.cpp - one variant of a model in its module --------------===//

#include "compiler/codegen/CpuVariant.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace nnc::codegen;

static constexpr StringLiteral attributeName = "nn.cpu_variants";

void nnc::codegen::setCpuVariants(ModuleOp module, ArrayRef<CpuVariant> variants) {
  Builder b(module.getContext());
  auto encode = [&](const CpuVariant &variant) -> Attribute {
    return b.getDictionaryAttr({b.getNamedAttr("level", b.getStringAttr(variant.level->name)),
                                b.getNamedAttr("tune_cpu", b.getStringAttr(variant.tuneCpu)),
                                b.getNamedAttr("packed_size", b.getI64IntegerAttr(variant.packedSize)),
                                b.getNamedAttr("workspace_size", b.getI64IntegerAttr(variant.workspaceSize)),
                                b.getNamedAttr("alignment", b.getI64IntegerAttr(variant.alignment)),
                                b.getNamedAttr("pack", b.getStringAttr(variant.pack)),
                                b.getNamedAttr("phases", b.getStringAttr(variant.phases)),
                                b.getNamedAttr("run_part", b.getStringAttr(variant.runPart))});
  };
  module->setAttr(attributeName, b.getArrayAttr(llvm::map_to_vector(variants, encode)));
}

std::vector<CpuVariant> nnc::codegen::getCpuVariants(ModuleOp module) {
  std::vector<CpuVariant> variants;
  auto all = module->getAttrOfType<ArrayAttr>(attributeName);
  if (!all)
    return variants;
  for (auto encoded : all.getAsRange<DictionaryAttr>()) {
    auto text = [&](StringRef key) { return encoded.getAs<StringAttr>(key).getValue(); };
    auto number = [&](StringRef key) { return encoded.getAs<IntegerAttr>(key).getInt(); };
    CpuVariant variant;
    variant.level = llvm::find_if(getCpuLevels(), [&](const CpuLevel &level) { return level.name == text("level"); });
    assert(variant.level != getCpuLevels().end() && "nn.cpu_variants names a level of the table");
    variant.tuneCpu = text("tune_cpu");
    variant.packedSize = number("packed_size");
    variant.workspaceSize = number("workspace_size");
    variant.alignment = number("alignment");
    variant.pack = text("pack");
    variant.phases = text("phases");
    variant.runPart = text("run_part");
    variants.push_back(variant);
  }
  return variants;
}
