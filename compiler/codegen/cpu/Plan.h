//===- Plan.h - where the values of a model live on the CPU -----*- C++ -*-===//
//
// The layout of one model for one CPU level. Where samples are the indices of dimension 0 they are processed in blocks
// that fit the cache.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_CPU_PLAN_H
#define NNC_COMPILER_CODEGEN_CPU_PLAN_H

#include "compiler/codegen/CpuTarget.h"
#include "compiler/codegen/ModelPlan.h"

namespace nnc::codegen {

struct Plan : ModelPlan {
  const CpuLevel *level = nullptr;
  int64_t blockSamples = 1;  ///< samples processed together
  int64_t rowsOffset = 0;    ///< in the workspace of one block: where a linear packs rows, see KernelLibrary::linear
  int64_t workspaceSize = 0; ///< elements for one block
};

/// A linear takes so many of its k at a time.
int64_t stretchOf(int64_t in);

/// Plans `forward`, a fused function that passed nn-verify-fused.
Plan makePlan(mlir::func::FuncOp forward, const CpuLevel &level);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_PLAN_H
