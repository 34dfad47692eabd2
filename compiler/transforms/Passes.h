//===- Passes.h - passes and pipelines on the nn dialect --------*- C++ -*-===//

#ifndef NNC_COMPILER_TRANSFORMS_PASSES_H
#define NNC_COMPILER_TRANSFORMS_PASSES_H

#include "dialects/nn/NN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace nnc::transforms {

#define GEN_PASS_DECL
#include "compiler/transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/transforms/Passes.h.inc"

/// Appends the passes that take a checked model to what code generation reads, ending with nn-verify-fused. Registered
/// as `nn-fuse`.
void buildFusePipeline(mlir::OpPassManager &pm);

/// Makes the pipelines above known to the command line of an opt tool.
void registerPipelines();

} // namespace nnc::transforms

#endif // NNC_COMPILER_TRANSFORMS_PASSES_H
