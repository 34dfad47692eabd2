//===- Pieces.cpp - loops over vectors and what is left over --------------===//

#include "compiler/codegen/cpu/Pieces.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace nnc::codegen;

Value nnc::codegen::constantIndex(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

SmallVector<Value> nnc::codegen::emitLoop(ImplicitLocOpBuilder &b, Value from, Value to, Value step, ValueRange start,
                                          function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(b, from, to, step, start);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!start.empty())
    scf::YieldOp::create(b, next);
  return SmallVector<Value>(loop.getResults());
}

void nnc::codegen::emitLoop(ImplicitLocOpBuilder &b, Value from, Value to, Value step, function_ref<void(Value)> body) {
  emitLoop(b, from, to, step, {}, [&](Value i, ValueRange) {
    body(i);
    return SmallVector<Value>();
  });
}

void nnc::codegen::emitLoop(ImplicitLocOpBuilder &b, Value to, function_ref<void(Value)> body) {
  emitLoop(b, constantIndex(b, 0), to, constantIndex(b, 1), body);
}

SmallVector<Value> nnc::codegen::forEachPiece(ImplicitLocOpBuilder &b, int64_t extent, int64_t width, int64_t together,
                                              ValueRange start,
                                              function_ref<SmallVector<Value>(ArrayRef<Piece>, ValueRange)> body) {
  int64_t step = together * width, whole = extent - extent % step;
  auto piecesFrom = [&](Value first, int64_t elements) {
    SmallVector<Piece> pieces;
    for (int64_t done = 0; done < elements; done += width)
      pieces.push_back({arith::AddIOp::create(b, first, constantIndex(b, done)), std::min(width, elements - done)});
    return pieces;
  };
  SmallVector<Value> carried(start);
  if (whole > 0)
    carried = emitLoop(b, constantIndex(b, 0), constantIndex(b, whole), constantIndex(b, step), carried,
                       [&](Value first, ValueRange values) { return body(piecesFrom(first, step), values); });
  if (whole < extent)
    carried = body(piecesFrom(constantIndex(b, whole), extent - whole), carried);
  return carried;
}

static Value maskOf(ImplicitLocOpBuilder &b, VectorType type, int64_t count) {
  return vector::ConstantMaskOp::create(b, type.clone(b.getI1Type()), ArrayRef<int64_t>{count});
}

Value nnc::codegen::loadPiece(ImplicitLocOpBuilder &b, VectorType type, Value from, ValueRange indices, int64_t count,
                              float padding) {
  if (count == type.getNumElements())
    return vector::LoadOp::create(b, type, from, indices);
  Value others = arith::ConstantOp::create(b, DenseElementsAttr::get(type, padding));
  return vector::MaskedLoadOp::create(b, type, from, indices, maskOf(b, type, count), others);
}

void nnc::codegen::storePiece(ImplicitLocOpBuilder &b, Value value, Value to, ValueRange indices, int64_t count) {
  auto type = cast<VectorType>(value.getType());
  if (count == type.getNumElements())
    vector::StoreOp::create(b, value, to, indices);
  else
    vector::MaskedStoreOp::create(b, to, indices, maskOf(b, type, count), value);
}

Value nnc::codegen::reduceHalves(ImplicitLocOpBuilder &b, Value value, function_ref<Value(Value, Value)> combine) {
  for (int64_t half = cast<VectorType>(value.getType()).getNumElements() / 2; half >= 1; half /= 2) {
    auto lanes = [&](int64_t first) -> Value {
      return vector::ExtractStridedSliceOp::create(b, value, ArrayRef<int64_t>{first}, ArrayRef<int64_t>{half},
                                                   ArrayRef<int64_t>{1});
    };
    Value low = lanes(0);
    value = combine(low, lanes(half));
  }
  return vector::ExtractOp::create(b, value, 0);
}

SmallVector<Value> nnc::codegen::transpose(ImplicitLocOpBuilder &b, ArrayRef<Value> rows) {
  SmallVector<Value> result(rows);
  int64_t lanes = rows.size();
  // Of each square of two blocks by two, the blocks off the diagonal change places; then within the blocks.
  for (int64_t block = lanes / 2; block >= 1; block /= 2)
    for (int64_t row = 0; row < lanes; ++row) {
      if (row & block)
        continue;
      SmallVector<int64_t> upper, lower;
      for (int64_t lane = 0; lane < lanes; ++lane) {
        upper.push_back(lane & block ? lanes + lane - block : lane);
        lower.push_back(lane & block ? lanes + lane : lane + block);
      }
      Value first = result[row], second = result[row + block];
      result[row] = vector::ShuffleOp::create(b, first, second, upper);
      result[row + block] = vector::ShuffleOp::create(b, first, second, lower);
    }
  return result;
}

Value nnc::codegen::anyLane(ImplicitLocOpBuilder &b, Value mask) {
  Type bits = b.getIntegerType(cast<VectorType>(mask.getType()).getNumElements());
  Value all = vector::BitCastOp::create(b, VectorType::get(1, bits), mask);
  all = vector::ExtractOp::create(b, all, 0);
  Value none = arith::ConstantOp::create(b, b.getIntegerAttr(bits, 0));
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, all, none);
}
