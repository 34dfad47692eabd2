//===- FmaChain.cpp - the loop over k of a tile ---------------------------===//

#include "compiler/codegen/cpu/FmaChain.h"

#include "compiler/codegen/cpu/Pieces.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace nnc::codegen;

static Value index(ImplicitLocOpBuilder &b, int64_t value) { return arith::ConstantIndexOp::create(b, value); }
static Value offset(ImplicitLocOpBuilder &b, Value base, int64_t distance) {
  return arith::AddIOp::create(b, base, index(b, distance));
}

/// Where each row begins. That they lie a stride apart is hidden from LLVM, which would keep a few of them in registers
/// and compute the others in every round, on units that could multiply and add.
static SmallVector<Value> rowPointersOf(ImplicitLocOpBuilder &b, Value x, Value row, int64_t rows) {
  Value base = memref::ExtractAlignedPointerAsIndexOp::create(b, x);
  Value stride = arith::MulIOp::create(b, memref::DimOp::create(b, x, 1), index(b, 4));
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  SmallVector<Value> pointers;
  for (int64_t r = 0; r < rows; ++r) {
    Value address = arith::AddIOp::create(b, base, arith::MulIOp::create(b, offset(b, row, r), stride));
    Value bits = arith::IndexCastOp::create(b, b.getI64Type(), address);
    Value begin = LLVM::IntToPtrOp::create(b, pointer, bits);
    pointers.push_back(LLVM::LaunderInvariantGroupOp::create(b, begin));
  }
  return pointers;
}

/// rowPointer[k]
static Value loadAt(ImplicitLocOpBuilder &b, Value rowPointer, Value k) {
  Value k64 = arith::IndexCastOp::create(b, b.getI64Type(), k);
  Value element = LLVM::GEPOp::create(b, rowPointer.getType(), b.getF32Type(), rowPointer, ValueRange{k64});
  return LLVM::LoadOp::create(b, b.getF32Type(), element, /*alignment=*/4);
}

std::function<Value(int64_t, Value)> nnc::codegen::rowsOf(ImplicitLocOpBuilder &b, Value x, Value row, int64_t rows) {
  return [&b, pointers = rowPointersOf(b, x, row, rows)](int64_t r, Value k) { return loadAt(b, pointers[r], k); };
}

/// One step of k.
static SmallVector<Value> emitStep(ImplicitLocOpBuilder &b, const FmaChain &chain, Value k,
                                   ArrayRef<Value> accumulators) {
  SmallVector<Value> weights, next;
  for (size_t vector = 0; vector < chain.vectors; ++vector)
    weights.push_back(chain.loadWeight(vector, k));
  for (int64_t r = 0; r < chain.rows; ++r) {
    Value broadcast = vector::BroadcastOp::create(b, chain.type, chain.loadRow(r, k));
    for (Value weight : weights)
      next.push_back(math::FmaOp::create(b, broadcast, weight, accumulators[next.size()]));
  }
  return next;
}

/// Steps k in [from, to), `step` of them in one round of the loop; `step` divides their number.
static SmallVector<Value> emitRounds(ImplicitLocOpBuilder &b, const FmaChain &chain, Value from, Value to, int64_t step,
                                     ArrayRef<Value> start) {
  auto loop = scf::ForOp::create(b, from, to, index(b, step), start);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> accumulators(loop.getRegionIterArgs());
  // All at the top: LLVM moves no load over a prefetch, and would keep them in registers that there are not.
  if (chain.prefetch && step == chain.unroll)
    chain.prefetch(loop.getInductionVar());
  for (int64_t i = 0; i < step; ++i)
    accumulators = emitStep(b, chain, offset(b, loop.getInductionVar(), i), accumulators);
  scf::YieldOp::create(b, accumulators);
  return SmallVector<Value>(loop.getResults());
}

SmallVector<Value> nnc::codegen::emitFmaChain(ImplicitLocOpBuilder &b, const FmaChain &chain, Value from, Value to,
                                              ArrayRef<Value> start) {
  if (chain.unroll == 1)
    return emitRounds(b, chain, from, to, 1, start);
  Value count = arith::SubIOp::create(b, to, from);
  Value rest = arith::RemUIOp::create(b, count, index(b, chain.unroll));
  Value whole = arith::SubIOp::create(b, to, rest);
  SmallVector<Value> accumulators = emitRounds(b, chain, from, whole, chain.unroll, start);
  return emitRounds(b, chain, whole, to, 1, accumulators);
}

/// Squares of x, as many k as rows, are transposed so that a vector holds one k of all rows.
SmallVector<Value> nnc::codegen::emitRowLanesChain(ImplicitLocOpBuilder &b, const RowLanesChain &chain, Value in,
                                                   ArrayRef<Value> start) {
  int64_t lanes = chain.type.getNumElements();
  Value whole = arith::SubIOp::create(b, in, arith::RemUIOp::create(b, in, index(b, lanes)));
  auto transposed = [&](function_ref<Value(Value row)> load) {
    SmallVector<Value> square;
    for (int64_t r = 0; r < lanes; ++r)
      square.push_back(load(offset(b, chain.row, r)));
    return transpose(b, square);
  };
  auto step = [&](Value column, Value k, ValueRange accumulators) {
    SmallVector<Value> next;
    for (auto [j, accumulator] : llvm::enumerate(accumulators)) {
      Value weight = vector::BroadcastOp::create(b, chain.type, chain.loadWeight(j, k));
      next.push_back(math::FmaOp::create(b, column, weight, accumulator));
    }
    return next;
  };
  SmallVector<Value> accumulators =
      emitLoop(b, index(b, 0), whole, index(b, lanes), start, [&](Value from, ValueRange carried) {
        SmallVector<Value> next(carried);
        auto load = [&](Value row) -> Value {
          return vector::LoadOp::create(b, chain.type, chain.x, ValueRange{row, from});
        };
        for (auto [i, column] : llvm::enumerate(transposed(load)))
          next = step(column, offset(b, from, i), next);
        return next;
      });

  // The k that fill no square, if there are any; the last weight is read again where there is none.
  Value lastK = arith::SubIOp::create(b, in, index(b, 1));
  return emitLoop(b, whole, in, index(b, lanes), accumulators, [&](Value from, ValueRange carried) {
    Value zero = arith::ConstantOp::create(b, DenseElementsAttr::get(chain.type, 0.0f));
    Value mask = vector::CreateMaskOp::create(b, VectorType::get(lanes, b.getI1Type()),
                                              Value(arith::SubIOp::create(b, in, from)));
    auto load = [&](Value row) -> Value {
      return vector::MaskedLoadOp::create(b, chain.type, chain.x, ValueRange{row, from}, mask, zero);
    };
    SmallVector<Value> last(carried);
    for (auto [i, column] : llvm::enumerate(transposed(load))) {
      Value k = offset(b, from, i);
      Value present = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, k, in);
      SmallVector<Value> next = step(column, arith::MinUIOp::create(b, k, lastK), last);
      for (auto [old, value] : llvm::zip_equal(last, next))
        old = arith::SelectOp::create(b, present, value, old);
    }
    return last;
  });
}
