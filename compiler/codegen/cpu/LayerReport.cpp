//===- LayerReport.cpp - what becomes of each layer, for people -----------===//

#include "compiler/codegen/cpu/LayerReport.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

static uint64_t bytesOf(const Plan &plan, Value value) {
  unsigned bits = cast<RankedTensorType>(value.getType()).getElementTypeBitWidth();
  return static_cast<uint64_t>(plan.sampleSize(value)) * (bits / 8);
}

/// Where the operation comes from: its location's name, or what the names of its parameters have in common.
static std::string nameOf(Operation *op) {
  if (auto location = op->getLoc()->findInstanceOf<NameLoc>())
    return location.getName().str();
  auto linear = dyn_cast<nn::LinearOp>(op);
  StringRef name = linear ? linear.getWeight().getDefiningOp<nn::ParameterOp>().getName() : "";
  return name.consume_back(".weight") ? name.str() : op->getName().stripDialect().str();
}

static LayerReport reportLayer(const Plan &plan, Operation *op) {
  LayerReport report;
  report.name = nameOf(op);
  report.operation = op->getName().stripDialect().str();
  report.activationBytes = bytesOf(plan, op->getOperand(0)) + bytesOf(plan, op->getResult(0));
  auto linear = dyn_cast<nn::LinearOp>(op);
  if (!linear)
    return report;
  const PackedLinear &packed = plan.packedLinear(linear);
  report.in = packed.in;
  report.out = packed.out;
  report.rows = plan.sampleSize(linear.getResult()) / packed.out;
  const MainTile &tile = plan.level->tileOf(packed.panelWidth);
  bool isNarrow = plan.level->isNarrow(packed.out);
  report.tileRows = isNarrow ? plan.level->lanes : tile.rows;
  report.tileColumns = isNarrow ? packed.out : tile.panels * packed.panelWidth;
  report.packedBytes = static_cast<uint64_t>(packed.size()) * sizeof(float);
  if (linear.getEpilogue())
    for (auto function : linear.getEpilogue()->getAsRange<nn::ElementFunctionAttrInterface>())
      report.fused.push_back(function.getFunction().str());
  return report;
}

std::vector<LayerReport> nnc::codegen::reportLayers(const Plan &plan) {
  std::vector<LayerReport> reports;
  for (const Stage &stage : plan.stages)
    if (stage.op)
      reports.push_back(reportLayer(plan, stage.op));
  return reports;
}
