//===- KernelLibrary.cpp - one kernel for each kind -----------------------===//

#include "compiler/codegen/nvptx/Kernels.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace nnc::codegen;

CudaLinearArguments::CudaLinearArguments(DeviceBuilder &b, Block::BlockArgListType arguments, bool hasBias)
    : x(arguments[0]), panels(arguments[1]), bias(hasBias ? Value(arguments[2]) : Value()) {
  arguments = arguments.drop_front(hasBias ? 3 : 2);
  y = arguments[0];
  in = b.toI32(arguments[1]);
  out = b.toI32(arguments[2]);
  rows = arguments[3];
}

CudaKernelLibrary::CudaKernelLibrary(gpu::GPUModuleOp module) : module(module), symbols(module) {}

void CudaKernelLibrary::getOrEmit(const CudaKernel &kernel, Location loc, unsigned read, unsigned written,
                                  BodyBuilder body) {
  if (symbols.lookup(kernel.name))
    return;
  DeviceBuilder b(loc, module.getContext());
  SmallVector<Type> arguments(read + written, LLVM::LLVMPointerType::get(b.getContext(), /*addressSpace=*/1));
  arguments.append(kernel.sizes.size() + 1, b.getI64Type());
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
