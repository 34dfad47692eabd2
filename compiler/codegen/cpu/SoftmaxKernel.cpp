//===- SoftmaxKernel.cpp - the loops of softmax and its logarithm ---------===//
//
// x is (slices, extent, inner): each (slice, inner) is one row of `extent` elements that lie `inner` apart.
//
// Where fewer rows than a vector has lanes lie side by side, a row goes in vectors of 16 elements, as many as there are
// partial sums: lane i is partial sum i. Otherwise each lane of a vector is a row of its own, and the 16 partial sums
// of all lanes lie on the stack. Rows of at most 16 elements are transposed, so that each lane is one.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/cpu/Kernels.h"

#include "compiler/codegen/NumericsBuilder.h"
#include "compiler/codegen/cpu/RowMax.h"
#include "compiler/numerics/Quotient.h"
#include "compiler/numerics/Softmax.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

/// Partial sums, fixed by the definition.
static constexpr int64_t partialSums = numerics::softmaxPartialSums;

/// Vectors that are taken together: the latency of a comparison and a selection passes with so many.
static constexpr int64_t together = 4;

static constexpr float lowest = -std::numeric_limits<float>::infinity();

namespace {

/// Softmax of rows in vectors of one type.
class SoftmaxEmitter {
public:
  SoftmaxEmitter(ImplicitLocOpBuilder &b, bool isLogarithm, int64_t lanes, Value x, Value y)
      : b(b), isLogarithm(isLogarithm), type(VectorType::get(lanes, b.getF32Type())), vectors(b, type), x(x), y(y),
        extent(cast<MemRefType>(x.getType()).getDimSize(1)), inner(cast<MemRefType>(x.getType()).getDimSize(2)) {}

protected:
  /// What the last step needs of rows besides their elements, in the lanes of these.
  struct Rows {
    Value max;
    Value logSum;                                ///< of a logarithm
    numerics::Divisor<NumericsBuilder> sum = {}; ///< otherwise
  };

  Rows finishSum(Value max, Value sum) {
    if (isLogarithm)
      return {max, numerics::log(vectors, sum)};
    return {max, {}, numerics::makeDivisor(vectors, sum)};
  }

  /// softmaxExp of vectors that are taken together.
  SmallVector<Value> exp(ArrayRef<Value> values, ArrayRef<Value> maxima) {
    SmallVector<Value> differences, special;
    for (auto [value, max] : llvm::zip_equal(values, maxima)) {
      differences.push_back(vectors.sub(value, max));
      special.push_back(numerics::isTooSmallForExpNormal(vectors, differences.back()));
    }
    return chooseWay(
        special, [&](size_t i) { return numerics::softmaxExp(vectors, values[i], maxima[i]); },
        [&](size_t i) { return numerics::expNormal(vectors, differences[i]); });
  }

  /// The results of vectors that are taken together; `values` are x, or what `exp` made of it.
  SmallVector<Value> last(ArrayRef<Value> values, ArrayRef<Rows> rows) {
    SmallVector<Value> results, special;
    if (isLogarithm) {
      for (auto [value, ofRows] : llvm::zip_equal(values, rows))
        results.push_back(numerics::logSoftmax(vectors, value, ofRows.max, ofRows.logSum));
      return results;
    }
    for (Value value : values)
      special.push_back(numerics::isTooSmallForQuotient(vectors, value));
    return chooseWay(
        special, [&](size_t i) { return vectors.div(values[i], rows[i].sum.d); },
        [&](size_t i) { return numerics::quotient(vectors, values[i], rows[i].sum); });
  }

  /// One result for each of `special`: by the short way if no lane of any is set, by the one for everything otherwise.
  SmallVector<Value> chooseWay(ArrayRef<Value> special, function_ref<Value(size_t)> forAll,
                               function_ref<Value(size_t)> shorter) {
    Value any = special.front();
    for (Value mask : special.drop_front())
      any = vectors.orMask(any, mask);
    SmallVector<Type> types(special.size(), type);
    auto branch = scf::IfOp::create(b, types, anyLane(b, any), /*withElseRegion=*/true);
    for (auto [block, way] : {std::pair(branch.thenBlock(), forAll), std::pair(branch.elseBlock(), shorter)}) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(block);
      SmallVector<Value> results;
      for (size_t i = 0; i < special.size(); ++i)
        results.push_back(way(i));
      scf::YieldOp::create(b, results);
    }
    return SmallVector<Value>(branch.getResults());
  }

  ImplicitLocOpBuilder &b;
  bool isLogarithm;
  VectorType type;
  NumericsBuilder vectors;
  Value x, y;
  int64_t extent, inner;
};

/// Vectors of 16 elements of a row.
class RowSoftmax : SoftmaxEmitter {
public:
  RowSoftmax(ImplicitLocOpBuilder &b, bool isLogarithm, Value x, Value y)
      : SoftmaxEmitter(b, isLogarithm, partialSums, x, y),
        // Elements that lie apart are loaded one by one: more code, and nothing waits.
        atOnce(inner == 1 ? std::clamp<int64_t>(extent / partialSums, 1, together) : 1) {}

  /// The rows of slices from `first` on.
  void emit(Value first) {
    Value last = memref::DimOp::create(b, x, 0), one = constantIndex(b, 1);
    emitLoop(b, first, last, one, {}, [&](Value ofSlice, ValueRange) {
      emitLoop(b, constantIndex(b, inner), [&](Value ofRow) {
        slice = ofSlice, column = ofRow;
        emitRow();
      });
      return SmallVector<Value>();
    });
  }

private:
  void emitRow() {
    Value max = emitRowMax(b, type, extent, atOnce, [&](Piece piece) { return load(x, piece, lowest); });
    Value sums = vectors.constant(0.0f);
    sums = forEachPiece(b, extent, partialSums, std::min<int64_t>(atOnce, 2), sums,
                        [&](ArrayRef<Piece> pieces, ValueRange carried) {
                          Value sums = carried[0];
                          for (Value e : emitExps(pieces, max))
                            sums = vectors.add(sums, e);
                          return SmallVector<Value>{sums};
                        })[0];
    // Pairwise, as softmaxSum adds them.
    Value sum = reduceHalves(b, sums, [&](Value low, Value high) { return arith::AddFOp::create(b, low, high); });

    Rows rows = finishSum(max, vector::BroadcastOp::create(b, type, sum));
    forEachPiece(b, extent, partialSums, atOnce, {}, [&](ArrayRef<Piece> pieces, ValueRange) {
      auto values = llvm::map_to_vector(pieces, [&](Piece piece) { return load(isLogarithm ? x : y, piece, 0.0f); });
      SmallVector<Rows> ofEach(pieces.size(), rows);
      for (auto [value, piece] : llvm::zip_equal(last(values, ofEach), pieces))
        store(value, piece);
      return SmallVector<Value>();
    });
  }

  /// What goes into the partial sums.
  SmallVector<Value> emitExps(ArrayRef<Piece> pieces, Value max) {
    auto present = [&](Piece piece, Value value, Value other) {
      if (piece.count == partialSums)
        return value;
      auto mask = vector::ConstantMaskOp::create(b, type.clone(b.getI1Type()), ArrayRef<int64_t>{piece.count});
      return vectors.select(mask, value, other);
    };
    auto values = llvm::map_to_vector(pieces, [&](Piece piece) { return present(piece, load(x, piece, lowest), max); });
    SmallVector<Value> exps = exp(values, SmallVector<Value>(pieces.size(), max));
    for (auto [e, piece] : llvm::zip_equal(exps, pieces)) {
      if (!isLogarithm)
        store(e, piece);
      // Adding +0 changes no partial sum.
      e = present(piece, e, vectors.constant(0.0f));
    }
    return exps;
  }

  Value load(Value from, Piece piece, float padding) {
    if (inner == 1)
      return loadPiece(b, type, from, {slice, piece.first, column}, piece.count, padding);
    SmallVector<Value> elements(partialSums, arith::ConstantOp::create(b, b.getF32FloatAttr(padding)));
    for (int64_t lane = 0; lane < piece.count; ++lane)
      elements[lane] = memref::LoadOp::create(b, from, elementOf(piece, lane));
    return vector::FromElementsOp::create(b, type, elements);
  }

  void store(Value value, Piece piece) {
    if (inner == 1)
      return storePiece(b, value, y, {slice, piece.first, column}, piece.count);
    for (int64_t lane = 0; lane < piece.count; ++lane)
      memref::StoreOp::create(b, vector::ExtractOp::create(b, value, lane), y, elementOf(piece, lane));
  }

  SmallVector<Value> elementOf(Piece piece, int64_t lane) {
    return {slice, arith::AddIOp::create(b, piece.first, constantIndex(b, lane)), column};
  }

  int64_t atOnce; ///< vectors that are taken together
  Value slice, column;
};

/// As many contiguous rows at once as a vector has lanes: each lane is a row, in registers from one end to the other.
class ShortRowsSoftmax : SoftmaxEmitter {
public:
  ShortRowsSoftmax(ImplicitLocOpBuilder &b, bool isLogarithm, int64_t lanes, Value x, Value y)
      : SoftmaxEmitter(b, isLogarithm, lanes, x, y), lanes(lanes) {}

  /// Returns the first row that is left over.
  Value emit() {
    Value rows = memref::DimOp::create(b, x, 0), zero = constantIndex(b, 0), step = constantIndex(b, lanes);
    Value whole = arith::SubIOp::create(b, rows, arith::RemUIOp::create(b, rows, step));
    emitLoop(b, zero, whole, step, {}, [&](Value row, ValueRange) {
      emitRows(row);
      return SmallVector<Value>();
    });
    return whole;
  }

private:
  void emitRows(Value firstRow) {
    SmallVector<Value> elements;
    forEachBlock([&](int64_t j, int64_t count) {
      auto rows = llvm::map_to_vector(llvm::seq(lanes), [&](int64_t row) {
        return loadPiece(b, type, x, indicesOf(firstRow, row, j), count, 0.0f);
      });
      llvm::append_range(elements, ArrayRef(transpose(b, rows)).take_front(count));
    });

    Value max = elements.front();
    for (Value element : ArrayRef(elements).drop_front())
      max = numerics::softmaxMax(vectors, max, element);
    SmallVector<Value> exps = exp(elements, SmallVector<Value>(extent, max));
    SmallVector<Value> partial(exps);
    partial.resize(partialSums, vectors.constant(0.0f));
    Rows rows = finishSum(max, numerics::softmaxSum(vectors, partial.data()));
    SmallVector<Value> results = last(isLogarithm ? elements : exps, SmallVector<Rows>(extent, rows));

    forEachBlock([&](int64_t j, int64_t count) {
      SmallVector<Value> columns(results.begin() + j, results.begin() + j + count);
      columns.resize(lanes, vectors.constant(0.0f));
      for (auto [row, value] : llvm::enumerate(transpose(b, columns)))
        storePiece(b, value, y, indicesOf(firstRow, row, j), count);
    });
  }

  /// Elements [j, j + count) of each row are those of one vector.
  void forEachBlock(function_ref<void(int64_t, int64_t)> body) {
    for (int64_t j = 0; j < extent; j += lanes)
      body(j, std::min(lanes, extent - j));
  }

  SmallVector<Value> indicesOf(Value firstRow, int64_t row, int64_t j) {
    return {arith::AddIOp::create(b, firstRow, constantIndex(b, row)), constantIndex(b, j), constantIndex(b, 0)};
  }

  int64_t lanes;
};

/// Vectors across rows that lie side by side: each lane is a row.
class LaneSoftmax : SoftmaxEmitter {
public:
  LaneSoftmax(ImplicitLocOpBuilder &b, bool isLogarithm, int64_t lanes, Value x, Value y)
      : SoftmaxEmitter(b, isLogarithm, lanes, x, y), lanes(lanes) {
    auto sumsType = MemRefType::get({partialSums, together * lanes}, b.getF32Type());
    sums = memref::AllocaOp::create(b, sumsType, b.getI64IntegerAttr(64));
  }

  void emit() {
    emitLoop(b, memref::DimOp::create(b, x, 0), [&](Value slice) {
      forEachPiece(b, inner, lanes, together, {}, [&](ArrayRef<Piece> columns, ValueRange) {
        emitColumns(slice, columns);
        return SmallVector<Value>();
      });
    });
  }

private:
  void emitColumns(Value slice, ArrayRef<Piece> columns) {
    auto load = [&](Value from, Value j, Piece column) {
      return loadPiece(b, type, from, {slice, j, column.first}, column.count, 0.0f);
    };
    auto store = [&](Value value, Value j, Piece column) {
      storePiece(b, value, y, {slice, j, column.first}, column.count);
    };

    Value zero = constantIndex(b, 0), one = constantIndex(b, 1), all = constantIndex(b, extent);
    SmallVector<Value> maxima(columns.size(), vectors.constant(lowest));
    maxima = emitLoop(b, zero, all, one, maxima, [&](Value j, ValueRange carried) {
      SmallVector<Value> next(carried);
      for (auto [max, column] : llvm::zip_equal(next, columns))
        max = numerics::softmaxMax(vectors, max, load(x, j, column));
      return next;
    });

    int64_t present = std::min(extent, partialSums);
    auto addExps = [&](int64_t from, int64_t to) {
      emitLoop(b, constantIndex(b, from), constantIndex(b, to), one, {}, [&](Value j, ValueRange) {
        Value sum = arith::AndIOp::create(b, j, constantIndex(b, partialSums - 1));
        auto values = llvm::map_to_vector(columns, [&](Piece column) { return load(x, j, column); });
        for (auto [i, e] : llvm::enumerate(exp(values, maxima))) {
          if (!isLogarithm)
            store(e, j, columns[i]);
          SmallVector<Value> at = sumAt(sum, i);
          // The first is added to +0, which changes nothing.
          if (from > 0)
            e = vectors.add(vector::LoadOp::create(b, type, sums, at), e);
          vector::StoreOp::create(b, e, sums, at);
        }
        return SmallVector<Value>();
      });
    };
    addExps(0, present);
    if (present < extent)
      addExps(present, extent);

    SmallVector<Rows> rows;
    for (auto [i, max] : llvm::enumerate(maxima)) {
      SmallVector<Value> partial(partialSums, vectors.constant(0.0f));
      for (int64_t sum = 0; sum < present; ++sum)
        partial[sum] = vector::LoadOp::create(b, type, sums, sumAt(constantIndex(b, sum), i));
      rows.push_back(finishSum(max, numerics::softmaxSum(vectors, partial.data())));
    }
    emitLoop(b, all, [&](Value j) {
      auto values = llvm::map_to_vector(columns, [&](Piece column) { return load(isLogarithm ? x : y, j, column); });
      for (auto [value, column] : llvm::zip_equal(last(values, rows), columns))
        store(value, j, column);
    });
  }

  /// Where partial sum `sum` of column `i` is.
  SmallVector<Value> sumAt(Value sum, int64_t i) { return {sum, constantIndex(b, i * lanes)}; }

  int64_t lanes;
  Value sums;
};

} // namespace

func::FuncOp KernelLibrary::softmax(nn::SoftmaxOpInterface op, int64_t extent, int64_t inner) {
  Type type = MemRefType::get({ShapedType::kDynamic, extent, inner}, Float32Type::get(op->getContext()));
  return getOrEmit(llvm::formatv("{0}softmax_{1}x{2}", op.isLogarithm() ? "log_" : "", extent, inner).str(),
                   op->getLoc(), {type, type}, [&](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
                     Value x = arguments[0], y = arguments[1];
                     if (inner >= level.lanes)
                       return LaneSoftmax(b, op.isLogarithm(), level.lanes, x, y).emit();
                     Value first = constantIndex(b, 0);
                     if (inner == 1 && extent <= partialSums)
                       first = ShortRowsSoftmax(b, op.isLogarithm(), level.lanes, x, y).emit();
                     RowSoftmax(b, op.isLogarithm(), x, y).emit(first);
                   });
}
