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

namespace nnc::codegen {

struct CudaPlan : ModelPlan {
  int64_t workspaceSize = 0;          ///< elements, and
  int64_t workspaceSizePerSample = 0; ///< so many for each sample of the capacity
  /// Where schedules end: the most samples each is for, ascending, the last INT64_MAX.
  std::vector<int64_t> scheduleEnds;

  bool isOpen() const { return staticSamples < 0; }

  /// Rows of a block of the kernel for `linear` in calls of up to `maxSamples`: of the one for few rows, or 0 where
  /// there may be too many for it.
  int64_t blockRows(nn::LinearOp linear, int64_t maxSamples) const;

  /// The argument of a launch that is `value`'s address, or the number of samples times `count`.
  CudaArgument addressOf(mlir::Value value) const;
  CudaArgument countOf(int64_t count) const;
};

/// Plans `forward`, a fused function that passed nn-verify-fused.
CudaPlan makeCudaPlan(mlir::func::FuncOp forward);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_NVPTX_CUDAPLAN_H
