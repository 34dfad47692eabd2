//===- CheckLimits.h - what is too large for a GPU's launches ---*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_NVPTX_CHECKLIMITS_H
#define NNC_COMPILER_CODEGEN_NVPTX_CHECKLIMITS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc::codegen {

/// Fails, with an error at the operation, if a layer of `forward` is wider than the kernels and a grid of blocks can
/// be.
mlir::LogicalResult checkCudaLimits(mlir::func::FuncOp forward);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_NVPTX_CHECKLIMITS_H
