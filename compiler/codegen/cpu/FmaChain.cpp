//===- FmaChain.cpp - the loop over k of a tile ---------------------------===//

#include "compiler/codegen/cpu/FmaChain.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
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

/// One step of k.
static SmallVector<Value> emitStep(ImplicitLocOpBuilder &b, const FmaChain &chain, Value k,
                                   ArrayRef<Value> accumulators) {
  SmallVector<Value> weights, next;
  for (size_t vector = 0; vector < chain.vectors; ++vector)
    weights.push_back(chain.loadWeight(vector, k));
  for (int64_t r = 0; r < chain.rows; ++r) {
    Value scalar = memref::LoadOp::create(b, chain.x, ValueRange{offset(b, chain.row, r), k});
    Value broadcast = vector::BroadcastOp::create(b, chain.type, scalar);
    for (Value weight : weights)
      next.push_back(math::FmaOp::create(b, broadcast, weight, accumulators[next.size()]));
  }
  return next;
}

/// Steps k in [from, to), `step` of them in one round of the loop; `step` divides their number.
static SmallVector<Value> emitLoop(ImplicitLocOpBuilder &b, const FmaChain &chain, Value from, Value to, int64_t step,
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
    return emitLoop(b, chain, from, to, 1, start);
  Value count = arith::SubIOp::create(b, to, from);
  Value rest = arith::RemUIOp::create(b, count, index(b, chain.unroll));
  Value whole = arith::SubIOp::create(b, to, rest);
  SmallVector<Value> accumulators = emitLoop(b, chain, from, whole, chain.unroll, start);
  return emitLoop(b, chain, whole, to, 1, accumulators);
}
