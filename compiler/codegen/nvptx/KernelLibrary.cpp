//===- KernelLibrary.cpp - one kernel for each shape ----------------------===//

#include "compiler/codegen/nvptx/Kernels.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace nnc::codegen;

CudaKernelLibrary::CudaKernelLibrary(gpu::GPUModuleOp module) : module(module), symbols(module) {}

void CudaKernelLibrary::getOrEmit(StringRef name, Location loc, int64_t threads, unsigned read, unsigned written,
                                  BodyBuilder body) {
  if (symbols.lookup(name))
    return;
  DeviceBuilder b(loc, module.getContext());
  SmallVector<Type> arguments(read + written, LLVM::LLVMPointerType::get(b.getContext(), /*addressSpace=*/1));
  arguments.push_back(b.getI64Type());
  auto kernel = gpu::GPUFuncOp::create(b, name, b.getFunctionType(arguments, {}));
  kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  kernel.setKnownBlockSize(ArrayRef<int32_t>{int32_t(threads), 1, 1});
  for (unsigned i = 0; i < read + written; ++i) {
    kernel.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), b.getUnitAttr());
    kernel.setArgAttr(i, LLVM::LLVMDialect::getAlignAttrName(), b.getI64IntegerAttr(16));
    if (i < read)
      kernel.setArgAttr(i, LLVM::LLVMDialect::getReadonlyAttrName(), b.getUnitAttr());
  }
  symbols.insert(kernel);
  b.setInsertionPointToStart(&kernel.getBody().front());
  body(b, kernel.getBody().front().getArguments());
  gpu::ReturnOp::create(b);
}
