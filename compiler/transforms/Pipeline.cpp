//===- Pipeline.cpp - the transforms in their order -----------------------===//

#include "compiler/transforms/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void nnc::transforms::buildFusePipeline(OpPassManager &pm) {
  // Folds what does nothing and drops what nobody uses, so that it does not count as another user below.
  pm.addPass(createCanonicalizerPass());
  // Equal operations on equal values are computed once; a parameter declared twice becomes one.
  pm.addPass(createCSEPass());
  pm.addNestedPass<func::FuncOp>(createNNFuseLinearEpilogue());
  pm.addPass(createNNVerifyFused());
}

void nnc::transforms::registerPipelines() {
  PassPipelineRegistration<>("nn-fuse", "Take a checked model to the form that code generation reads",
                             [](OpPassManager &pm) { buildFusePipeline(pm); });
}
