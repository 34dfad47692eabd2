//===- ElementKernels.cpp - a thread for each element ---------------------===//
//
// Element functions that no linear could take into its epilogue, and copies. Both are bound by memory, whose lines the
// threads of a warp read together.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/nvptx/Kernels.h"

#include "compiler/codegen/ElementFunctions.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

static constexpr int64_t threads = 256;

/// y[i] = body(x[i]) for the element i of this thread, if there is one.
static void emitMap(DeviceBuilder &b, Type type, Block::BlockArgListType arguments, function_ref<Value(Value)> body) {
  Value x = arguments[0], y = arguments[1], count = arguments[2];
  Value i = b.add(b.mul(b.toI64(b.blockX()), threads), b.toI64(b.threadId(threads)));
  b.when(b.less(i, count), [&] { b.store(body(b.load(type, b.offset(x, i, type))), b.offset(y, i, type)); });
}

CudaKernel CudaKernelLibrary::elementwise(nn::ElementwiseOpInterface op) {
  nn::ElementFunctionAttrInterface function = op.getElementFunction();
  CudaKernel kernel{"elementwise" + elementFunctionName(function), threads, threads, 1, {}};
  getOrEmit(kernel, op.getLoc(), 1, 1, [&](DeviceBuilder &b, Block::BlockArgListType arguments) {
    emitMap(b, b.getF32Type(), arguments, [&](Value x) { return applyElementFunction(b, function, x); });
  });
  return kernel;
}

CudaKernel CudaKernelLibrary::copy(Location loc, Type elementType) {
  // As integers: a NaN keeps its bits.
  unsigned bits = elementType.getIntOrFloatBitWidth();
  CudaKernel kernel{"copy_" + std::to_string(bits), threads, threads, 1, {}};
  getOrEmit(kernel, loc, 1, 1, [&](DeviceBuilder &b, Block::BlockArgListType arguments) {
    emitMap(b, b.getIntegerType(bits), arguments, [](Value x) { return x; });
  });
  return kernel;
}
