//===- Pipeline.cpp - loops to the LLVM dialect ---------------------------===//

#include "compiler/codegen/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace nnc::codegen;

void nnc::codegen::buildCpuToLLVMPipeline(OpPassManager &pm, bool debugInfo) {
  // Index arithmetic is emitted naively; this is where it gets small.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createConvertVectorToLLVMPass());
  // math.fma becomes llvm.intr.fma here. vector.fma and vector.contract, which become fmuladd, are not used.
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  // Functions last: their block arguments are memrefs until here.
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createConvertToLLVMPass()); // what the passes above created: index and ub operations
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  if (debugInfo)
    pm.addPass(LLVM::createDIScopeForLLVMFuncOpPass());
  pm.addPass(createVerifyDefinedArithmetic());
}
