//===- nnc-opt.cpp - nnc's passes one by one ------------------------------===//

#include "compiler/codegen/Passes.h"
#include "compiler/frontend/Passes.h"
#include "compiler/transforms/Passes.h"
#include "dialects/nn/NN.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<nnc::nn::NNDialect>();
  nnc::codegen::registerDialects(registry);

  mlir::registerTransformsPasses();
  nnc::frontend::registerNNFrontendPasses();
  nnc::transforms::registerNNTransformsPasses();
  nnc::transforms::registerPipelines();
  nnc::codegen::registerNNCodegenPasses();
  nnc::codegen::registerPipelines();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "nnc-opt: runs nnc's passes one by one\n", registry));
}
