//===- Passes.cpp - what an opt tool registers ----------------------------===//

#include "compiler/codegen/Passes.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace nnc::codegen;

void nnc::codegen::registerPipelines() {
  PassPipelineRegistration<>("nnc-cpu-to-llvm", "Lower the loops of nn-to-cpu-loops to the LLVM dialect",
                             [](OpPassManager &pm) { buildCpuToLLVMPipeline(pm); });
  PassPipelineRegistration<>("nnc-cuda-to-nvvm", "Lower the kernels of nn-to-cuda-kernels to the NVVM dialect",
                             [](OpPassManager &pm) { buildCudaToNVVMPipeline(pm); });
}

void nnc::codegen::registerDialects(DialectRegistry &registry) {
  registry
      .insert<arith::ArithDialect, cf::ControlFlowDialect, func::FuncDialect, gpu::GPUDialect, LLVM::LLVMDialect,
              math::MathDialect, memref::MemRefDialect, NVVM::NVVMDialect, scf::SCFDialect, vector::VectorDialect>();
}
