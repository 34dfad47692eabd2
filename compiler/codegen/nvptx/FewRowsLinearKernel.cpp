//===- FewRowsLinearKernel.cpp - a linear of few rows ---------------------===//
//
// A block computes one panel of 32 columns for some rows: a lane has a column, a warp its share of the rows. The
// weights of the panel and the rows of x come through a ring in shared memory: while a stage of k is multiplied,
// asynchronous copies bring the ones after it. Each weight is read once by a block, whatever its rows are.
//
// k runs over its padding: the weights there are -0 and x is filled with +0, which leaves every accumulator as it is.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/nvptx/Kernels.h"

#include "compiler/codegen/ElementFunctions.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

static constexpr int64_t warps = 4, threads = 32 * warps;
/// k of a stage, and stages of the ring. A stage of weights is 8 KiB; with 16 rows of x the ring is just what a block
/// may have without asking, 48 KiB.
static constexpr int64_t depth = 64, stages = 4;
/// So many k of a panel are one 16-byte copy for each thread; the packed weights end at a multiple of it.
static constexpr int64_t copyDepth = threads * 4 / cudaPanelWidth;
static_assert(copyDepth == cudaPaddedK && depth % copyDepth == 0);

namespace {

class FewRowsEmitter {
public:
  FewRowsEmitter(DeviceBuilder &b, const PackedLinear &packed, int64_t blockRows, ArrayRef<Attribute> epilogue,
                 Block::BlockArgListType arguments)
      : b(b), packed(packed), blockRows(blockRows), warpRows(blockRows / warps), epilogue(epilogue),
        fullStages(packed.paddedIn / depth), restOfK(packed.paddedIn % depth) {
    thread = b.threadId(threads);
    lane = b.rem(thread, 32);
    warp = b.div(thread, 32);
    Value panel = b.toI64(b.blockY());
    column = b.add(b.mul(panel, cudaPanelWidth), b.toI64(lane));
    bias = b.offset(arguments[1], column);
    panelWeights = b.offset(b.offset(arguments[1], packed.biasSize()), b.mul(panel, packed.paddedIn * cudaPanelWidth));
    // Rows are counted in 64 bits up to here, and in 32 inside of the block.
    Value firstRow = b.mul(b.toI64(b.blockX()), blockRows);
    rows = b.toI32(b.min(b.sub(arguments[3], firstRow), b.i64(blockRows)));
    x = b.offset(arguments[0], b.mul(firstRow, packed.in));
    y = b.offset(b.offset(arguments[2], b.mul(firstRow, packed.out)), column);
    weightsRing = b.sharedArray("weights", stages * depth * cudaPanelWidth);
    xRing = b.sharedArray("x", stages * blockRows * depth);
  }

  void emit() {
    for (int64_t stage = 0; stage < stages - 1; ++stage) {
      if (stage < stageCount())
        copyStage(b.i32(stage), b.i32(stage));
      b.commitCopies();
    }
    SmallVector<Value> carried(warpRows, packed.bias < 0 ? b.f32(0.0f) : b.load(b.getF32Type(), bias));
    // The slots that are read and written.
    carried.append({b.i32(0), b.i32(stages - 1)});
    if (fullStages > 0)
      carried = b.loop(b.i32(0), b.i32(fullStages), b.i32(1), carried, [&](Value stage, ValueRange carried) {
        Value reading = carried.drop_back().back(), writing = carried.back();
        waitForStage();
        b.when(b.less(stage, stageCount() - (stages - 1)),
               [&] { copyStage(b.add(stage, b.i32(stages - 1)), writing); });
        b.commitCopies(); // also where there is nothing more to copy: groups are counted
        SmallVector<Value> next = multiply(carried.drop_back(2), reading, depth);
        next.append({nextSlot(reading), nextSlot(writing)});
        return next;
      });
    if (restOfK > 0) {
      waitForStage();
      carried = multiply(ArrayRef(carried).drop_back(2), carried[warpRows], restOfK);
    }
    store(ArrayRef(carried).take_front(warpRows));
  }

private:
  int64_t stageCount() const { return fullStages + (restOfK > 0 ? 1 : 0); }

  /// This stage is there, for all threads, and what was read in the round before may be overwritten.
  void waitForStage() {
    b.waitForCopies(stages - 2);
    b.barrier();
  }

  void copyStage(Value stage, Value slot) {
    copyWeights(stage, slot);
    if (packed.in % 4 == 0)
      copyX<4>(stage, slot);
    else
      copyX<1>(stage, slot); // rows do not begin at multiples of 16 bytes
  }

  void copyWeights(Value stage, Value slot) {
    Value from = b.offset(b.offset(panelWeights, b.mul(b.toI64(stage), depth * cudaPanelWidth)), b.mul(thread, 4));
    Value to = b.offset(weightsRing, b.add(b.mul(slot, depth * cudaPanelWidth), b.mul(thread, 4)));
    for (int64_t k = 0; k < depth; k += copyDepth) {
      auto copy = [&] { b.copyAsync(b.offset(to, k * cudaPanelWidth), b.offset(from, k * cudaPanelWidth), 16); };
      if (restOfK == 0 || k < restOfK)
        copy();
      else // the last stage ends before
        b.when(b.less(stage, fullStages), copy);
    }
  }

  /// The block's rows of x, `elements` a copy; +0 for k that x does not have. Rows that it does not have are the last
  /// one again: what is computed of them is not stored.
  template <int64_t elements> void copyX(Value stage, Value slot) {
    constexpr int64_t chunksOfRow = depth / elements;
    int64_t chunks = blockRows * chunksOfRow;
    for (int64_t first = 0; first < chunks; first += threads) {
      Value chunk = b.add(thread, b.i32(first)), row = b.div(chunk, chunksOfRow);
      Value kInStage = b.mul(b.rem(chunk, chunksOfRow), elements);
      Value to = b.offset(xRing, b.add(b.mul(slot, blockRows * depth), b.add(b.mul(row, depth), kInStage)));
      Value rowOfX = b.offset(x, b.mul(b.toI64(b.min(row, b.sub(rows, b.i32(1)))), packed.in));
      Value k = b.add(b.mul(b.toI64(stage), depth), b.toI64(kInStage));
      auto copy = [&] {
        if (packed.in % depth == 0)
          return b.copyAsync(to, b.offset(rowOfX, k), elements * 4);
        Value isPresent = b.less(k, packed.in);
        Value sourceBytes = b.select(isPresent, b.i32(elements * 4), b.i32(0));
        b.copyAsync(to, b.offset(rowOfX, b.select(isPresent, k, b.i64(0))), elements * 4, sourceBytes);
      };
      if (first + threads <= chunks)
        copy();
      else
        b.when(b.less(chunk, chunks), copy);
    }
  }

  /// The accumulators after `count` k of the stage in `slot`.
  SmallVector<Value> multiply(ValueRange accumulators, Value slot, int64_t count) {
    SmallVector<Value> next(accumulators);
    Value weights = b.offset(weightsRing, b.add(b.mul(slot, depth * cudaPanelWidth), lane));
    Value xOfWarp = b.offset(xRing, b.add(b.mul(slot, blockRows * depth), b.mul(warp, warpRows * depth)));
    for (int64_t k = 0; k < count; k += 4) {
      SmallVector<Value> xs;
      for (int64_t row = 0; row < warpRows; ++row)
        xs.push_back(b.load(b.f32Vector(4), b.offset(xOfWarp, row * depth + k)));
      for (int64_t i = 0; i < 4; ++i) {
        Value weight = b.load(b.getF32Type(), b.offset(weights, (k + i) * cudaPanelWidth));
        for (auto [row, accumulator] : llvm::enumerate(next))
          accumulator = math::FmaOp::create(b, vector::ExtractOp::create(b, xs[row], i), weight, accumulator);
      }
    }
    return next;
  }

  void store(ArrayRef<Value> accumulators) {
    b.when(b.less(column, packed.out), [&] {
      for (auto [index, accumulator] : llvm::enumerate(accumulators)) {
        Value row = b.add(b.mul(warp, warpRows), b.i32(index));
        b.when(b.less(row, rows), [&, accumulator = accumulator] {
          b.store(applyEpilogue(b, epilogue, accumulator), b.offset(y, b.mul(b.toI64(row), packed.out)));
        });
      }
    });
  }

  Value nextSlot(Value slot) { return b.select(b.equal(slot, stages - 1), b.i32(0), b.add(slot, b.i32(1))); }

  DeviceBuilder &b;
  const PackedLinear &packed;
  int64_t blockRows, warpRows;
  ArrayRef<Attribute> epilogue;
  int64_t fullStages, restOfK; ///< a last stage is not full
  Value thread, lane, warp;    ///< i32
  Value column;                ///< i64, of the output
  Value bias, panelWeights;    ///< of the column, of the panel
  Value x, y;                  ///< of the block's first row; y of the column
  Value rows;                  ///< of the block, i32
  Value weightsRing, xRing;    ///< [slot][k][column], [slot][row][k]
};

} // namespace

CudaKernel CudaKernelLibrary::linearFewRows(nn::LinearOp op, const PackedLinear &packed, int64_t blockRows) {
  ArrayRef<Attribute> epilogue = epilogueOf(op);
  std::string name = llvm::formatv("linear_{0}rows_{1}x{2}{3}{4}", blockRows, packed.in, packed.out,
                                   packed.bias < 0 ? "" : "_bias", epilogueName(epilogue))
                         .str();
  CudaKernel kernel{name, threads, blockRows, packed.panels};
  getOrEmit(kernel, op.getLoc(), 2, 1, [&](DeviceBuilder &b, Block::BlockArgListType arguments) {
    FewRowsEmitter(b, packed, blockRows, epilogue, arguments).emit();
  });
  return kernel;
}
