//===- ReductionKernels.cpp - the loops of softmax and argmax -------------===//
//
// Both work on slices: x is (slices, extent, inner), and each (slice, inner) is one row of `extent` elements that lie
// `inner` apart. Softmax takes a row in chunks of 16 elements, as many as there are partial sums.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/cpu/Kernels.h"

#include "compiler/codegen/NumericsBuilder.h"
#include "compiler/numerics/Softmax.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

/// Partial sums of a softmax, fixed by the definition.
static constexpr int64_t chunk = numerics::softmaxPartialSums;

static Value index(ImplicitLocOpBuilder &b, int64_t value) { return arith::ConstantIndexOp::create(b, value); }

/// for `i` = from, from + step, ... < to, carrying `start`: body(i, carried) -> next. Returns what is carried last.
static SmallVector<Value> loop(ImplicitLocOpBuilder &b, Value from, Value to, Value step, ValueRange start,
                               function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(b, from, to, step, start);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!start.empty())
    scf::YieldOp::create(b, next);
  return SmallVector<Value>(loop.getResults());
}

/// Every row of `x`: body(slice, inner).
static void forEachRow(ImplicitLocOpBuilder &b, Value x, int64_t inner, function_ref<void(Value, Value)> body) {
  loop(b, index(b, 0), memref::DimOp::create(b, x, 0), index(b, 1), {}, [&](Value slice, ValueRange) {
    loop(b, index(b, 0), index(b, inner), index(b, 1), {}, [&](Value at, ValueRange) {
      body(slice, at);
      return SmallVector<Value>();
    });
    return SmallVector<Value>();
  });
}

namespace {

/// One row in chunks of 16; the elements of the last chunk that the row does not have are `padding`.
class RowChunks {
public:
  RowChunks(ImplicitLocOpBuilder &b, int64_t extent, int64_t inner, Value slice, Value at)
      : b(b), extent(extent), inner(inner), slice(slice), at(at), type(VectorType::get(chunk, b.getF32Type())) {}

  Value load(Value from, Value j, int64_t count, float padding) {
    if (inner == 1 && count == chunk)
      return vector::LoadOp::create(b, type, from, ValueRange{slice, j, at});
    Value pad = arith::ConstantOp::create(b, b.getF32FloatAttr(padding));
    SmallVector<Value> elements(chunk, pad);
    for (int64_t lane = 0; lane < count; ++lane)
      elements[lane] = memref::LoadOp::create(b, from, ValueRange{slice, offset(j, lane), at});
    return vector::FromElementsOp::create(b, type, elements);
  }

  void store(Value value, Value to, Value j, int64_t count) {
    if (inner == 1 && count == chunk) {
      vector::StoreOp::create(b, value, to, ValueRange{slice, j, at});
      return;
    }
    for (int64_t lane = 0; lane < count; ++lane)
      memref::StoreOp::create(b, vector::ExtractOp::create(b, value, lane), to, ValueRange{slice, offset(j, lane), at});
  }

  /// body(j, count, carried) -> next for every chunk, in ascending order.
  SmallVector<Value> forEach(ValueRange start, function_ref<SmallVector<Value>(Value, int64_t, ValueRange)> body) {
    int64_t whole = extent - extent % chunk;
    SmallVector<Value> carried(start);
    if (whole > 0)
      carried = loop(b, index(b, 0), index(b, whole), index(b, chunk), carried,
                     [&](Value j, ValueRange values) { return body(j, chunk, values); });
    if (whole < extent)
      carried = body(index(b, whole), extent - whole, carried);
    return carried;
  }

  VectorType getType() const { return type; }

private:
  Value offset(Value j, int64_t lane) { return arith::AddIOp::create(b, j, index(b, lane)); }

  ImplicitLocOpBuilder &b;
  int64_t extent, inner;
  Value slice, at;
  VectorType type;
};

} // namespace

/// The 16 lanes of `vector` one by one.
static SmallVector<Value> lanesOf(ImplicitLocOpBuilder &b, Value vector) {
  return llvm::map_to_vector(llvm::seq<int64_t>(0, chunk),
                             [&](int64_t lane) -> Value { return vector::ExtractOp::create(b, vector, lane); });
}

static void emitSoftmaxRow(ImplicitLocOpBuilder &b, bool isLogarithm, Value x, Value y, RowChunks &row) {
  NumericsBuilder vectors(b, row.getType()), scalars(b, b.getF32Type());
  constexpr float lowest = -std::numeric_limits<float>::infinity();

  Value start = vectors.constant(lowest);
  Value maxima = row.forEach(start, [&](Value j, int64_t count, ValueRange carried) -> SmallVector<Value> {
    return {numerics::softmaxMax(vectors, carried[0], row.load(x, j, count, lowest))};
  })[0];
  Value max = scalars.constant(lowest);
  for (Value lane : lanesOf(b, maxima))
    max = numerics::softmaxMax(scalars, max, lane);
  max = vector::BroadcastOp::create(b, row.getType(), max);

  Value sums =
      row.forEach(vectors.constant(0.0f), [&](Value j, int64_t count, ValueRange carried) -> SmallVector<Value> {
        Value e = numerics::softmaxExp(vectors, row.load(x, j, count, lowest), max);
        if (!isLogarithm)
          row.store(e, y, j, count);
        if (count < chunk) {
          // Adding +0 changes no partial sum; an exp of padding may be NaN.
          auto present =
              vector::ConstantMaskOp::create(b, VectorType::get(chunk, b.getI1Type()), ArrayRef<int64_t>{count});
          e = vectors.select(present, e, vectors.constant(0.0f));
        }
        return {vectors.add(carried[0], e)};
      })[0];
  SmallVector<Value> partial = lanesOf(b, sums);
  Value sum = numerics::softmaxSum(scalars, partial.data());
  sum = vector::BroadcastOp::create(b, row.getType(), isLogarithm ? numerics::log(scalars, sum) : sum);

  row.forEach({}, [&](Value j, int64_t count, ValueRange) -> SmallVector<Value> {
    if (isLogarithm)
      row.store(numerics::logSoftmax(vectors, row.load(x, j, count, 0.0f), max, sum), y, j, count);
    else
      row.store(vectors.div(row.load(y, j, count, 0.0f), sum), y, j, count);
    return {};
  });
}

func::FuncOp KernelLibrary::softmax(nn::SoftmaxOpInterface op, int64_t extent, int64_t inner) {
  Type type = MemRefType::get({ShapedType::kDynamic, extent, inner}, Float32Type::get(op->getContext()));
  return getOrEmit(llvm::formatv("{0}softmax_{1}x{2}", op.isLogarithm() ? "log_" : "", extent, inner).str(),
                   op->getLoc(), {type, type}, [&](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
                     forEachRow(b, arguments[0], inner, [&](Value slice, Value at) {
                       RowChunks row(b, extent, inner, slice, at);
                       emitSoftmaxRow(b, op.isLogarithm(), arguments[0], arguments[1], row);
                     });
                   });
}

func::FuncOp KernelLibrary::argmax(nn::ArgmaxOp op, int64_t extent, int64_t inner) {
  MLIRContext *context = op.getContext();
  Type from = MemRefType::get({ShapedType::kDynamic, extent, inner}, Float32Type::get(context));
  Type to = MemRefType::get({ShapedType::kDynamic, inner}, IntegerType::get(context, 64));
  return getOrEmit(llvm::formatv("argmax_{0}x{1}", extent, inner).str(), op.getLoc(), {from, to},
                   [&](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
                     NumericsBuilder scalars(b, b.getF32Type());
                     forEachRow(b, arguments[0], inner, [&](Value slice, Value at) {
                       auto load = [&](Value j) -> Value {
                         return memref::LoadOp::create(b, arguments[0], ValueRange{slice, j, at});
                       };
                       Value zero = index(b, 0);
                       SmallVector<Value> best =
                           loop(b, index(b, 1), index(b, extent), index(b, 1), {load(zero), zero},
                                [&](Value j, ValueRange carried) -> SmallVector<Value> {
                                  Value x = load(j), better = numerics::argmaxIsBetter(scalars, x, carried[0]);
                                  return {scalars.select(better, x, carried[0]), scalars.select(better, j, carried[1])};
                                });
                       Value result = arith::IndexCastOp::create(b, b.getI64Type(), best[1]);
                       memref::StoreOp::create(b, result, arguments[1], ValueRange{slice, at});
                     });
                   });
}
