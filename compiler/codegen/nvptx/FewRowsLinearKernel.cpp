//===- FewRowsLinearKernel.cpp - a linear of few rows ---------------------===//

#include "compiler/codegen/nvptx/Kernels.h"

#include "compiler/codegen/ElementFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

static Value constant(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantOp::create(b, b.getI64IntegerAttr(value));
}

/// Address of element `index` (i64) of the f32 at `base`.
static Value at(ImplicitLocOpBuilder &b, Value base, Value index) {
  return LLVM::GEPOp::create(b, base.getType(), b.getF32Type(), base, index);
}

CudaKernel CudaKernelLibrary::linearFewRows(nn::LinearOp op, const PackedLinear &packed) {
  ArrayRef<Attribute> epilogue = epilogueOf(op);
  std::string name = llvm::formatv("linear_few_{0}x{1}{2}{3}", packed.in, packed.out, packed.bias < 0 ? "" : "_bias",
                                   epilogueName(epilogue))
                         .str();
  CudaKernel kernel{name, cudaPanelWidth, 1, packed.panels};
  getOrEmit(name, op.getLoc(), kernel.threads, 2, 1, [&](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
    Value x = arguments[0], weights = arguments[1], y = arguments[2];
    Type i32 = b.getI32Type(), i64 = b.getI64Type(), f32 = b.getF32Type();
    auto wide = [&](Value value) -> Value { return arith::ExtUIOp::create(b, i64, value); };
    Value lane = wide(NVVM::ThreadIdXOp::create(b, i32));
    Value row = wide(NVVM::BlockIdXOp::create(b, i32)), panel = wide(NVVM::BlockIdYOp::create(b, i32));
    auto add = [&](Value left, Value right) -> Value { return arith::AddIOp::create(b, left, right); };
    auto times = [&](Value left, int64_t right) -> Value { return arith::MulIOp::create(b, left, constant(b, right)); };
    Value column = add(times(panel, cudaPanelWidth), lane);
    Value present = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, column, constant(b, packed.out));
    auto branch = scf::IfOp::create(b, present, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    Value start = packed.bias < 0 ? Value(arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f)))
                                  : Value(LLVM::LoadOp::create(b, f32, at(b, weights, column)));
    Value panels = at(b, weights, constant(b, packed.biasSize()));
    Value w = at(b, panels, add(times(panel, packed.paddedIn * cudaPanelWidth), lane));
    Value xRow = at(b, x, times(row, packed.in));
    auto loop = scf::ForOp::create(b, constant(b, 0), constant(b, packed.in), constant(b, 1), start);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      Value k = loop.getInductionVar();
      Value xk = LLVM::LoadOp::create(b, f32, at(b, xRow, k));
      Value wk = LLVM::LoadOp::create(b, f32, at(b, w, times(k, cudaPanelWidth)));
      scf::YieldOp::create(b, ValueRange(math::FmaOp::create(b, xk, wk, loop.getRegionIterArg(0))));
    }
    Value value = applyEpilogue(b, epilogue, loop.getResult(0));
    LLVM::StoreOp::create(b, value, at(b, y, add(times(row, packed.out), column)));
  });
  return kernel;
}
