//===- CudaVariant.cpp - the GPU variant of a model in its module ---------===//

#include "compiler/codegen/CudaVariant.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace nnc::codegen;

static constexpr StringLiteral attributeName = "nn.cuda_variant";

//===----------------------------------------------------------------------===//
// To attributes
//===----------------------------------------------------------------------===//

static Attribute encode(Builder &b, const CudaArgument &argument) {
  return b.getDenseI64ArrayAttr({argument.kind, argument.index, argument.offset, argument.scale});
}

static Attribute encode(Builder &b, const CudaLaunch &launch);
static Attribute encode(Builder &b, const CudaSchedule &schedule);

template <typename Element> static ArrayAttr encodeAll(Builder &b, const std::vector<Element> &elements) {
  return b.getArrayAttr(llvm::map_to_vector(elements, [&](const Element &element) { return encode(b, element); }));
}

static Attribute encode(Builder &b, const CudaLaunch &launch) {
  return b.getDictionaryAttr({b.getNamedAttr("kernel", b.getStringAttr(launch.kernel)),
                              b.getNamedAttr("threads", b.getI64IntegerAttr(launch.threads)),
                              b.getNamedAttr("rows", b.getI64IntegerAttr(launch.rows)),
                              b.getNamedAttr("rows_per_sample", b.getI64IntegerAttr(launch.rowsPerSample)),
                              b.getNamedAttr("rows_per_block", b.getI64IntegerAttr(launch.rowsPerBlock)),
                              b.getNamedAttr("grid_y", b.getI64IntegerAttr(launch.gridY)),
                              b.getNamedAttr("arguments", encodeAll(b, launch.arguments))});
}

static Attribute encode(Builder &b, const CudaSchedule &schedule) {
  return b.getDictionaryAttr({b.getNamedAttr("max_samples", b.getI64IntegerAttr(schedule.maxSamples)),
                              b.getNamedAttr("launches", encodeAll(b, schedule.launches))});
}

void nnc::codegen::setCudaVariant(ModuleOp module, const CudaVariant &variant) {
  Builder b(module.getContext());
  module->setAttr(attributeName,
                  b.getDictionaryAttr(
                      {b.getNamedAttr("schedules", encodeAll(b, variant.schedules)),
                       b.getNamedAttr("packed_size", b.getI64IntegerAttr(variant.packedSize)),
                       b.getNamedAttr("workspace_size", b.getI64IntegerAttr(variant.workspaceSize)),
                       b.getNamedAttr("workspace_size_per_sample", b.getI64IntegerAttr(variant.workspaceSizePerSample)),
                       b.getNamedAttr("pack", b.getStringAttr(variant.pack))}));
}

//===----------------------------------------------------------------------===//
// And back
//===----------------------------------------------------------------------===//

static int64_t number(DictionaryAttr encoded, StringRef key) { return encoded.getAs<IntegerAttr>(key).getInt(); }

static CudaLaunch decodeLaunch(DictionaryAttr encoded) {
  CudaLaunch launch;
  launch.kernel = encoded.getAs<StringAttr>("kernel").getValue();
  launch.threads = number(encoded, "threads");
  launch.rows = number(encoded, "rows");
  launch.rowsPerSample = number(encoded, "rows_per_sample");
  launch.rowsPerBlock = number(encoded, "rows_per_block");
  launch.gridY = number(encoded, "grid_y");
  for (auto argument : encoded.getAs<ArrayAttr>("arguments").getAsRange<DenseI64ArrayAttr>())
    launch.arguments.push_back({argument[0], argument[1], argument[2], argument[3]});
  return launch;
}

std::optional<CudaVariant> nnc::codegen::getCudaVariant(ModuleOp module) {
  auto encoded = module->getAttrOfType<DictionaryAttr>(attributeName);
  if (!encoded)
    return std::nullopt;
  CudaVariant variant;
  variant.packedSize = number(encoded, "packed_size");
  variant.workspaceSize = number(encoded, "workspace_size");
  variant.workspaceSizePerSample = number(encoded, "workspace_size_per_sample");
  variant.pack = encoded.getAs<StringAttr>("pack").getValue();
  for (auto schedule : encoded.getAs<ArrayAttr>("schedules").getAsRange<DictionaryAttr>()) {
    CudaSchedule &decoded = variant.schedules.emplace_back();
    decoded.maxSamples = number(schedule, "max_samples");
    for (auto launch : schedule.getAs<ArrayAttr>("launches").getAsRange<DictionaryAttr>())
      decoded.launches.push_back(decodeLaunch(launch));
  }
  return variant;
}
