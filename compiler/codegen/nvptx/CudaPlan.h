//===- CudaPlan.h - where the values of a model live on a GPU ---*- C++ -*-===//
//
// On a GPU a stage is a kernel over all samples at once. Each intermediate value of all samples is one matrix without
// gaps; in an open model its place is a multiple of the capacity that the workspace was made for.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_NVPTX_CUDAPLAN_H
#define NNC_COMPILER_CODEGEN_NVPTX_CUDAPLAN_H

#include "compiler/codegen/CudaVariant.h"
#include "compiler/codegen/ModelPlan.h"
#include "compiler/codegen/nvptx/LinearTile.h"

#include <optional>

namespace nnc::codegen {

/// Which kernel a linear takes: the one for few rows, so many of them a block, or the one for tiles of this shape.
struct CudaLinearKernel {
  int64_t blockRows;
  std::optional<LinearTile> tile;
};

struct CudaPlan : ModelPlan {
  int64_t workspaceSize = 0;          ///< elements, and
  int64_t workspaceSizePerSample = 0; ///< so many for each sample of the capacity
  /// Where schedules end: the most samples each is for, ascending, the last INT64_MAX.
  std::vector<int64_t> scheduleEnds;

  bool isOpen() const { return staticSamples < 0; }

  /// The kernel for `linear` in the schedule for calls of up to `maxSamples`.
  CudaLinearKernel linearKernel(nn::LinearOp linear, int64_t maxSamples) const;

  /// The argument of a launch that is `value`'s address, or the number of samples times `count`.
  CudaArgument addressOf(mlir::Value value) const;
  CudaArgument countOf(int64_t count) const;
};

/// Plans `forward`, a fused function that passed nn-verify-fused.
CudaPlan makeCudaPlan(mlir::func::FuncOp forward);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_NVPTX_CUDAPLAN_H
