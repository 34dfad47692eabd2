//===- TileLinearKernel.cpp - a linear of many rows -----------------------===//

#include "compiler/codegen/nvptx/Kernels.h"

using namespace nnc;
using namespace nnc::codegen;

CudaKernel CudaKernelLibrary::linearTile(nn::LinearOp op, const PackedLinear &packed) {
  return linearFewRows(op, packed);
}
