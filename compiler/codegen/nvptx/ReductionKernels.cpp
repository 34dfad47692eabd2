//===- ReductionKernels.cpp - softmax and argmax on a GPU -----------------===//
//
// x is (slices, extent, inner), and each (slice, inner) is one row of `extent` elements that lie `inner` apart. A group
// of lanes takes a row, each lane every so many-th element in ascending order; then the lanes of the group combine what
// they have. Groups beyond the last row read that row too, since all lanes of a warp take part in the combining, and
// store nothing. For softmax of a wide row the group is a block: exp, which takes most of the time, is shared by all of
// its threads, and the partial sums, whose order is defined, by 16.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/nvptx/Kernels.h"

#include "compiler/codegen/NumericsBuilder.h"
#include "compiler/numerics/Softmax.h"

#include "llvm/Support/FormatVariadic.h"

#include <limits>

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

static constexpr int64_t threads = 128;
/// Lanes of a row: one for each partial sum of a softmax, and a warp for an argmax.
static constexpr int64_t softmaxLanes = numerics::softmaxPartialSums, argmaxLanes = 32;
/// A softmax of so many elements takes all threads of a block for a row. It keeps exp of so many of them at a time.
static constexpr int64_t wideRow = 512, keptExps = 2048;
static_assert(keptExps % softmaxLanes == 0);

namespace {

/// This thread's row and its lane in it.
class RowOfGroup {
public:
  /// `arguments` are a kernel's: x, y, the extent, the inner size if rows are `strided`, and the number of rows.
  RowOfGroup(DeviceBuilder &b, int64_t lanes, bool strided, Block::BlockArgListType arguments)
      : b(b), lanes(lanes), x(arguments[0]), y(arguments[1]), extent(b.toI32(arguments[2])),
        inner(strided ? Value(arguments[3]) : Value()) {
    Value rows = arguments.back();
    Value thread = b.threadId(threads);
    lane = b.rem(thread, lanes);
    Value group = b.add(b.mul(b.toI64(b.blockX()), threads / lanes), b.toI64(b.div(thread, lanes)));
    isPresent = b.less(group, rows);
    row = b.min(group, b.sub(rows, b.i64(1)));
    start = b.mul(row, arguments[2]);
    if (strided) { // row r is inner index r % inner of slice r / inner
      Value slice = b.div(row, inner), index = b.sub(row, b.mul(slice, inner));
      start = b.add(b.mul(slice, b.mul(arguments[2], inner)), index);
    }
  }

  /// Element `j` (i32) of the row in a tensor of x's shape.
  Value at(Value base, Value j) {
    Value distance = inner ? b.mul(b.toI64(j), inner) : b.toI64(j);
    return b.offset(base, b.add(start, distance));
  }
  Value load(Value j) { return b.load(b.getF32Type(), at(x, j)); }

  /// next = body(j, carried) for the elements j of this lane, ascending.
  SmallVector<Value> forEach(ValueRange start, DeviceBuilder::CarryingBody body) {
    return b.loop(lane, extent, b.i32(lanes), start, body);
  }

  DeviceBuilder &b;
  int64_t lanes;
  Value x, y;
  Value extent; ///< i32
  Value inner;  ///< i64, or null where it is 1
  Value row, start, lane, isPresent;
};

} // namespace

/// The row's maximum, for the lanes of its group or, where that is a block, for all threads.
static Value emitMax(DeviceBuilder &b, RowOfGroup &row, NumericsBuilder &arith) {
  Value max = arith.constant(-std::numeric_limits<float>::infinity());
  max = row.forEach(max, [&](Value j, ValueRange carried) -> SmallVector<Value> {
    return {numerics::softmaxMax(arith, carried[0], row.load(j))};
  })[0];
  for (int64_t distance = std::min<int64_t>(row.lanes, 32) / 2; distance >= 1; distance /= 2)
    max = numerics::softmaxMax(arith, max, b.shuffleXor(max, distance));
  if (row.lanes <= 32)
    return max;
  Value ofWarps = b.sharedArray("max_of_warps", threads / 32);
  b.when(b.equal(b.rem(row.lane, 32), 0), [&] { b.store(max, b.offset(ofWarps, b.div(row.lane, 32))); });
  b.barrier();
  for (int64_t warp = 0; warp < threads / 32; ++warp)
    max = numerics::softmaxMax(arith, max, b.load(b.getF32Type(), b.offset(ofWarps, warp)));
  return max;
}

/// `partialSum`, partial sum i in lane i of 16, added pairwise as softmaxSum does: i and i + 8 get the same sum, and so
/// on.
static Value addPartialSums(DeviceBuilder &b, NumericsBuilder &arith, Value partialSum) {
  for (int64_t distance = softmaxLanes / 2; distance >= 1; distance /= 2)
    partialSum = arith.add(partialSum, b.shuffleXor(partialSum, distance));
  return partialSum;
}

/// The sum of the row's exp, each partial sum in a lane of the row's group.
static Value emitSum(DeviceBuilder &b, RowOfGroup &row, NumericsBuilder &arith, Value max) {
  Value sum = row.forEach(arith.constant(0.0f), [&](Value j, ValueRange carried) -> SmallVector<Value> {
    return {arith.add(carried[0], numerics::softmaxExp(arith, row.load(j), max))};
  })[0];
  return addPartialSums(b, arith, sum);
}

/// The same where the group is a block, for all of its threads. The halves of the first warp both add.
static Value emitSumOfWideRow(DeviceBuilder &b, RowOfGroup &row, NumericsBuilder &arith, Value max) {
  Value exps = b.sharedArray("exps", keptExps), zero = arith.constant(0.0f);
  Value isFirstWarp = b.less(row.lane, 32), partialSum = b.rem(row.lane, softmaxLanes);
  Value sum = b.loop(b.i32(0), row.extent, b.i32(keptExps), zero, [&](Value first, ValueRange carried) {
    Value count = b.min(b.sub(row.extent, first), b.i32(keptExps));
    b.loop(row.lane, count, b.i32(threads),
           [&](Value i) { b.store(numerics::softmaxExp(arith, row.load(b.add(first, i)), max), b.offset(exps, i)); });
    b.barrier();
    Value countToAdd = b.select(isFirstWarp, count, b.i32(0));
    SmallVector<Value> added = b.loop(partialSum, countToAdd, b.i32(softmaxLanes), carried,
                                      [&](Value i, ValueRange carried) -> SmallVector<Value> {
                                        return {arith.add(carried[0], b.load(b.getF32Type(), b.offset(exps, i)))};
                                      });
    b.barrier();
    return added;
  })[0];
  sum = addPartialSums(b, arith, sum);
  b.when(b.equal(row.lane, 0), [&] { b.store(sum, exps); });
  b.barrier();
  return b.load(b.getF32Type(), exps);
}

static std::vector<int64_t> sizesOfRow(int64_t extent, int64_t inner) {
  return inner > 1 ? std::vector<int64_t>{extent, inner} : std::vector<int64_t>{extent};
}
static StringRef stridedName(bool strided) { return strided ? "_strided" : ""; }

CudaKernel CudaKernelLibrary::softmax(nn::SoftmaxOpInterface op, int64_t extent, int64_t inner) {
  bool isWide = extent >= wideRow, strided = inner > 1;
  std::string name =
      llvm::formatv("{0}softmax{1}{2}", op.isLogarithm() ? "log_" : "", isWide ? "_wide" : "", stridedName(strided));
  int64_t lanes = isWide ? threads : softmaxLanes;
  CudaKernel kernel{name, threads, threads / lanes, 1, sizesOfRow(extent, inner)};
  getOrEmit(kernel, op->getLoc(), 1, 1, [&](DeviceBuilder &b, Block::BlockArgListType arguments) {
    RowOfGroup row(b, lanes, strided, arguments);
    NumericsBuilder arith(b, b.getF32Type());
    Value max = emitMax(b, row, arith);
    Value sum = isWide ? emitSumOfWideRow(b, row, arith, max) : emitSum(b, row, arith, max);
    if (op.isLogarithm())
      sum = numerics::log(arith, sum);

    b.when(row.isPresent, [&] {
      row.forEach({}, [&](Value j, ValueRange) -> SmallVector<Value> {
        Value x = row.load(j);
        Value y = op.isLogarithm() ? numerics::logSoftmax(arith, x, max, sum)
                                   : arith.div(numerics::softmaxExp(arith, x, max), sum);
        b.store(y, row.at(row.y, j));
        return {};
      });
    });
  });
  return kernel;
}

CudaKernel CudaKernelLibrary::argmax(nn::ArgmaxOp op, int64_t extent, int64_t inner) {
  bool strided = inner > 1;
  CudaKernel kernel{"argmax" + stridedName(strided).str(), threads, threads / argmaxLanes, 1,
                    sizesOfRow(extent, inner)};
  getOrEmit(kernel, op.getLoc(), 1, 1, [&](DeviceBuilder &b, Block::BlockArgListType arguments) {
    RowOfGroup row(b, argmaxLanes, strided, arguments);
    NumericsBuilder arith(b, b.getF32Type());
    // A lane that the row has no element for begins with the last one, which is some other lane's as well.
    Value first = b.min(row.lane, b.sub(row.extent, b.i32(1)));
    SmallVector<Value> best = row.forEach({row.load(first), first}, [&](Value j, ValueRange carried) {
      Value x = row.load(j), isBetter = numerics::argmaxIsBetter(arith, x, carried[0]);
      return SmallVector<Value>{b.select(isBetter, x, carried[0]), b.select(isBetter, j, carried[1])};
    });
    // Of two lanes' best the better one, and of two equal ones (or two NaN) the one that comes first.
    for (int64_t distance = argmaxLanes / 2; distance >= 1; distance /= 2) {
      Value x = b.shuffleXor(best[0], distance), j = b.shuffleXor(best[1], distance);
      Value isBetter = numerics::argmaxIsBetter(arith, x, best[0]);
      Value isEqual = arith.notMask(arith.orMask(isBetter, numerics::argmaxIsBetter(arith, best[0], x)));
      Value taken = arith.orMask(isBetter, arith.andMask(isEqual, b.less(j, best[1])));
      best = {b.select(taken, x, best[0]), b.select(taken, j, best[1])};
    }
    Value isWriter = arith.andMask(row.isPresent, b.equal(row.lane, 0));
    b.when(isWriter, [&] { b.store(b.toI64(best[1]), b.offset(row.y, row.row, b.getI64Type())); });
  });
  return kernel;
}
