//===- FewRowsLinearKernel.cpp - a linear of few rows ---------------------===//

#include "compiler/codegen/nvptx/Kernels.h"

#include "compiler/codegen/ElementFunctions.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

CudaKernel CudaKernelLibrary::linearFewRows(nn::LinearOp op, const PackedLinear &packed) {
  ArrayRef<Attribute> epilogue = epilogueOf(op);
  std::string name = llvm::formatv("linear_few_{0}x{1}{2}{3}", packed.in, packed.out, packed.bias < 0 ? "" : "_bias",
                                   epilogueName(epilogue))
                         .str();
  CudaKernel kernel{name, cudaPanelWidth, 1, packed.panels};
  getOrEmit(kernel, op.getLoc(), 2, 1, [&](DeviceBuilder &b, Block::BlockArgListType arguments) {
    Value x = arguments[0], weights = arguments[1], y = arguments[2];
    Value lane = b.toI64(b.laneId()), row = b.toI64(b.blockX()), panel = b.toI64(b.blockY());
    Value column = b.add(b.mul(panel, cudaPanelWidth), lane);
    b.when(b.less(column, packed.out), [&] {
      Value start = packed.bias < 0 ? b.f32(0.0f) : b.load(b.getF32Type(), b.offset(weights, column));
      Value w = b.offset(weights, packed.biasSize());
      w = b.offset(w, b.add(b.mul(panel, packed.paddedIn * cudaPanelWidth), lane));
      Value xRow = b.offset(x, b.mul(row, packed.in));
      Value sum =
          b.loop(b.i64(0), b.i64(packed.in), b.i64(1), start, [&](Value k, ValueRange carried) -> SmallVector<Value> {
            Value xk = b.load(b.getF32Type(), b.offset(xRow, k));
            Value wk = b.load(b.getF32Type(), b.offset(w, b.mul(k, cudaPanelWidth)));
            return {math::FmaOp::create(b, xk, wk, carried[0])};
          })[0];
      b.store(applyEpilogue(b, epilogue, sum), b.offset(y, b.add(b.mul(row, packed.out), column)));
    });
  });
  return kernel;
}
