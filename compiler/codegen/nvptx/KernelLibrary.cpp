//===- KernelLibrary.cpp - one kernel for each shape ----------------------===//

#include "compiler/codegen/nvptx/Kernels.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace nnc::codegen;

CudaKernelLibrary::CudaKernelLibrary(gpu::GPUModuleOp module) : module(module), symbols(module) {}

void CudaKernelLibrary::getOrEmit(const CudaKernel &kernel, Location loc, unsigned read, unsigned written,
                                  BodyBuilder body) {
  if (symbols.lookup(kernel.name))
    return;
  DeviceBuilder b(loc, module.getContext());
  SmallVector<Type> arguments(read + written, LLVM::LLVMPointerType::get(b.getContext(), /*addressSpace=*/1));
  arguments.push_back(b.getI64Type());
  auto function = gpu::GPUFuncOp::create(b, kernel.name, b.getFunctionType(arguments, {}));
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  function.setKnownBlockSize(ArrayRef<int32_t>{int32_t(kernel.threads), 1, 1});
  for (unsigned i = 0; i < read + written; ++i) {
    function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), b.getUnitAttr());
    function.setArgAttr(i, LLVM::LLVMDialect::getAlignAttrName(), b.getI64IntegerAttr(16));
    if (i < read)
      function.setArgAttr(i, LLVM::LLVMDialect::getReadonlyAttrName(), b.getUnitAttr());
  }
  symbols.insert(function);
  b.setInsertionPointToStart(&function.getBody().front());
  body(b, function.getBody().front().getArguments());
  gpu::ReturnOp::create(b);
}
