//===- CheckLimits.cpp - what is too large for a GPU's launches -----------===//

#include "compiler/codegen/nvptx/CheckLimits.h"

#include "compiler/codegen/nvptx/Kernels.h"
#include "dialects/nn/NN.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

/// A grid has so many blocks along y, each of at least one panel; along a row kernels count in 32 bits.
static constexpr int64_t maxColumns = 65535 * cudaPanelWidth, maxRowElements = int64_t(1) << 30;

static LogicalResult checkExtent(Operation *op, StringRef what, int64_t extent, int64_t limit) {
  if (extent <= limit)
    return success();
  return op->emitOpError() << "has " << extent << " " << what << "; GPU code takes at most " << limit;
}

LogicalResult nnc::codegen::checkCudaLimits(func::FuncOp forward) {
  for (Operation &op : forward.getOps()) {
    if (auto linear = dyn_cast<nn::LinearOp>(op)) {
      ArrayRef<int64_t> weight = linear.getWeight().getType().getShape(); // (out, in)
      if (failed(checkExtent(linear, "columns", weight[0], maxColumns)) ||
          failed(checkExtent(linear, "inputs", weight[1], maxRowElements)))
        return failure();
    }
    if (isa<nn::SoftmaxOpInterface, nn::ArgmaxOp>(op)) {
      auto type = cast<RankedTensorType>(op.getOperand(0).getType());
      for (int64_t extent : type.getShape())
        if (!ShapedType::isDynamic(extent) &&
            failed(checkExtent(&op, "elements along a dimension", extent, maxRowElements)))
          return failure();
    }
  }
  return success();
}
