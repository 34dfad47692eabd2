//===- EmitPtx.cpp - kernels to PTX text ----------------------------------===//

#include "compiler/codegen/MachineCode.h"
#include "compiler/codegen/nvptx/Ptx.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace nnc::codegen;

Expected<std::string> nnc::codegen::emitPtx(mlir::gpu::GPUModuleOp kernels, int optLevel) {
  mlir::MLIRContext &mlirContext = *kernels.getContext();
  mlir::registerBuiltinDialectTranslation(mlirContext);
  mlir::registerGPUDialectTranslation(mlirContext);
  mlir::registerLLVMDialectTranslation(mlirContext);
  mlir::registerNVVMDialectTranslation(mlirContext);
  LLVMContext context;
  std::unique_ptr<Module> module = mlir::translateModuleToLLVMIR(kernels, context, kernels.getName());
  if (!module)
    return createStringError("translation of the kernels to LLVM IR failed");
  auto machine = makeTargetMachine("nvptx64-nvidia-cuda", "sm_" + std::to_string(ptxArch),
                                   "+ptx" + std::to_string(ptxVersion), optLevel);
  if (!machine)
    return machine.takeError();
  module->setTargetTriple((*machine)->getTargetTriple());
  module->setDataLayout((*machine)->createDataLayout());
  optimize(*module, **machine, optLevel);
  std::string ptx = toStringRef(emitMachineCode(*module, **machine, CodeGenFileType::AssemblyFile)).str();
  if (Error error = checkPtx(ptx))
    return error;
  return ptx;
}
