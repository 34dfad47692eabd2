//===- Pipeline.cpp - kernels to the NVVM dialect -------------------------===//

#include "compiler/codegen/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace nnc::codegen;

void nnc::codegen::buildCudaToNVVMPipeline(OpPassManager &pm) {
  {
    OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
    kernels.addPass(createCanonicalizerPass());
    kernels.addPass(createCSEPass());
    kernels.addPass(createSCFToControlFlowPass());
    kernels.addPass(createConvertVectorToLLVMPass());
    // Before the conversion of gpu, which makes calls of CUDA's libdevice of what is left of math.
    kernels.addPass(createConvertMathToLLVMPass());
    kernels.addPass(createArithToLLVMConversionPass());
  }
  // A pass over modules; the host's functions have no branches yet.
  pm.addPass(createConvertControlFlowToLLVMPass());
  OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
  ConvertGpuOpsToNVVMOpsOptions nvvm;
  nvvm.indexBitwidth = 32;
  kernels.addPass(createConvertGpuOpsToNVVMOps(nvvm));
  kernels.addPass(createReconcileUnrealizedCastsPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(createVerifyDefinedArithmetic());
}
