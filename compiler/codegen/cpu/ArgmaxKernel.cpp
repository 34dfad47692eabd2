//===- ArgmaxKernel.cpp - the loops of argmax -----------------------------===//
//
// x is (slices, extent, inner): each (slice, inner) is one row of `extent` elements that lie `inner` apart.
//
// Where rows lie side by side, each lane of a vector is a row. A long row is read twice: for its maximum, then
// for where that is. Others go element by element; LLVM makes vectors of them where it can.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/cpu/Kernels.h"

#include "compiler/codegen/NumericsBuilder.h"
#include "compiler/codegen/cpu/RowMax.h"
#include "compiler/numerics/Softmax.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/FormatVariadic.h"

#include <limits>

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

/// Rows or vectors that are taken together.
static constexpr int64_t together = 4;

/// Longer rows are long. LLVM unrolls shorter ones and takes several rows at once.
static constexpr int64_t shortRow = 32;

namespace {

class ArgmaxEmitter {
public:
  ArgmaxEmitter(ImplicitLocOpBuilder &b, int64_t lanes, Value x, Value y)
      : b(b), lanes(lanes), x(x), y(y), extent(cast<MemRefType>(x.getType()).getDimSize(1)),
        inner(cast<MemRefType>(x.getType()).getDimSize(2)),
        position(extent + lanes <= std::numeric_limits<int32_t>::max() ? b.getI32Type() : b.getI64Type()) {}

  void emit() {
    emitLoop(b, memref::DimOp::create(b, x, 0), [&](Value ofSlice) {
      slice = ofSlice;
      if (inner >= lanes)
        forEachPiece(b, inner, lanes, together, {}, [&](ArrayRef<Piece> columns, ValueRange) {
          emitColumns(columns);
          return SmallVector<Value>();
        });
      else if (inner == 1 && extent > shortRow)
        emitLongRow();
      else
        emitLoop(b, constantIndex(b, inner), [&](Value column) { emitElements(column); });
    });
  }

private:
  /// best and where it is, of `count` rows or vectors of rows from their element 0 on; load(j, i) is element j of the
  /// i-th.
  SmallVector<Value> emitAscending(NumericsBuilder &floats, Type positions, int64_t count,
                                   function_ref<Value(Value, int64_t)> load) {
    Value first = constantIndex(b, 0), one = constantIndex(b, 1);
    SmallVector<Value> best;
    for (int64_t i = 0; i < count; ++i)
      best.push_back(load(first, i));
    best.append(count, positionOf(positions, first));
    best = emitLoop(b, one, constantIndex(b, extent), one, best, [&](Value j, ValueRange carried) {
      SmallVector<Value> next(carried);
      Value here = positionOf(positions, j);
      for (int64_t i = 0; i < count; ++i) {
        Value candidate = load(j, i), better = numerics::argmaxIsBetter(floats, candidate, carried[i]);
        next[i] = floats.select(better, candidate, carried[i]);
        next[count + i] = floats.select(better, here, carried[count + i]);
      }
      return next;
    });
    best.erase(best.begin(), best.begin() + count);
    return best;
  }

  void emitColumns(ArrayRef<Piece> columns) {
    auto type = VectorType::get(lanes, b.getF32Type());
    NumericsBuilder vectors(b, type);
    auto found = emitAscending(vectors, type.clone(position), columns.size(), [&](Value j, int64_t i) {
      return loadPiece(b, type, x, {slice, j, columns[i].first}, columns[i].count, 0.0f);
    });
    for (auto [where, column] : llvm::zip_equal(found, columns))
      storePiece(b, toI64(where), y, {slice, column.first}, column.count);
  }

  void emitElements(Value column) {
    NumericsBuilder scalars(b, b.getF32Type());
    Value where = emitAscending(scalars, position, 1, [&](Value j, int64_t) -> Value {
      return memref::LoadOp::create(b, x, ValueRange{slice, j, column});
    })[0];
    memref::StoreOp::create(b, toI64(where), y, ValueRange{slice, column});
  }

  void emitLongRow() {
    auto type = VectorType::get(lanes, b.getF32Type()), positions = type.clone(position);
    Value zero = constantIndex(b, 0);
    auto load = [&](Piece piece) {
      return loadPiece(b, type, x, {slice, piece.first, zero}, piece.count, -std::numeric_limits<float>::infinity());
    };
    Value max = emitRowMax(b, type, extent, std::clamp<int64_t>(extent / lanes, 1, together), load);

    // The first that is equal to it, or, where it is NaN and equal to nothing, the first NaN. What is behind the row is
    // not before anything.
    Value lane = vector::StepOp::create(b, VectorType::get(lanes, b.getIndexType()));
    lane = arith::IndexCastOp::create(b, positions, lane);
    Value none =
        arith::ConstantOp::create(b, positions, DenseElementsAttr::get(positions, b.getIntegerAttr(position, extent)));
    Value first = forEachPiece(b, extent, lanes, 1, none, [&](ArrayRef<Piece> pieces, ValueRange carried) {
      Value values = load(pieces.front());
      Value hit = arith::OrIOp::create(b, arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, values, max),
                                       arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, values, values));
      Value here = arith::AddIOp::create(b, positionOf(positions, pieces.front().first), lane);
      here = arith::SelectOp::create(b, hit, here, none);
      return SmallVector<Value>{arith::MinSIOp::create(b, carried[0], here)};
    })[0];
    first = reduceHalves(b, first, [&](Value low, Value high) { return arith::MinSIOp::create(b, low, high); });
    memref::StoreOp::create(b, toI64(first), y, ValueRange{slice, zero});
  }

  /// `j` in the type `positions`, an integer or a vector of it.
  Value positionOf(Type positions, Value j) {
    Value one = arith::IndexCastOp::create(b, position, j);
    return isa<VectorType>(positions) ? vector::BroadcastOp::create(b, positions, one) : one;
  }

  Value toI64(Value where) {
    Type type = b.getI64Type();
    if (auto vector = dyn_cast<VectorType>(where.getType()))
      type = vector.clone(type);
    return where.getType() == type ? where : arith::ExtUIOp::create(b, type, where);
  }

  ImplicitLocOpBuilder &b;
  int64_t lanes;
  Value x, y;
  int64_t extent, inner;
  Type position; ///< of an element in its row
  Value slice;
};

} // namespace

func::FuncOp KernelLibrary::argmax(nn::ArgmaxOp op, int64_t extent, int64_t inner) {
  MLIRContext *context = op.getContext();
  Type from = MemRefType::get({ShapedType::kDynamic, extent, inner}, Float32Type::get(context));
  Type to = MemRefType::get({ShapedType::kDynamic, inner}, IntegerType::get(context, 64));
  return getOrEmit(llvm::formatv("argmax_{0}x{1}", extent, inner).str(), op.getLoc(), {from, to},
                   [&](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
                     ArgmaxEmitter(b, level.lanes, arguments[0], arguments[1]).emit();
                   });
}
