//===- FewRowsLinearKernel.cpp - a linear of few rows ---------------------===//
//
// A block computes one panel of 32 columns for some rows: a lane has a column, a warp its share of the rows. The
// weights of the panel and the rows of x come through a ring in shared memory: while a stage of k is multiplied,
// asynchronous copies bring the ones after it. Each weight is read once by a block, whatever its rows are.
//
// k runs over its padding to a multiple of 16: the weights there are -0 and x is filled with +0, which leaves every
// accumulator as it is. What is left of it behind the last full stage is multiplied 16 at a time.
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
/// k of a stage, of which the weights are 8 KiB. The ring has as many stages as fit what a block may have without
/// asking: 4 with 16 rows of x, 5 with 4.
static constexpr int64_t depth = 64, ringBytes = 48 << 10;
/// So many k of a panel are one 16-byte copy for each thread; the packed weights end at a multiple of it.
static constexpr int64_t copyDepth = threads * 4 / cudaPanelWidth;
static_assert(copyDepth == cudaPaddedK && depth % copyDepth == 0);

namespace {

class FewRowsEmitter {
public:
  /// Rows of x are at multiples of 16 bytes if `aligned`.
  FewRowsEmitter(DeviceBuilder &b, const CudaLinearArguments &linear, bool aligned, int64_t blockRows,
                 ArrayRef<Attribute> epilogue)
      : b(b), linear(linear), aligned(aligned), blockRows(blockRows), warpRows(blockRows / warps),
        stages(ringBytes / (depth * (cudaPanelWidth + blockRows) * 4)), epilogue(epilogue) {
    paddedIn = b.mul(b.div(b.add(linear.in, cudaPaddedK - 1), cudaPaddedK), cudaPaddedK);
    fullStages = b.div(paddedIn, depth);
    stageCount = b.div(b.add(paddedIn, depth - 1), depth);
    thread = b.threadId(threads);
    lane = b.rem(thread, 32);
    warp = b.div(thread, 32);
    column = b.add(b.mul(b.blockY(), cudaPanelWidth), lane);
    panelWeights = b.offset(linear.panels, b.mul(b.toI64(b.mul(b.blockY(), cudaPanelWidth)), b.toI64(paddedIn)));
    // Rows are counted in 64 bits up to here, and in 32 inside of the block.
    Value firstRow = b.mul(b.toI64(b.blockX()), blockRows);
    rows = b.toI32(b.min(b.sub(linear.rows, firstRow), b.i64(blockRows)));
    x = b.offset(linear.x, b.mul(firstRow, b.toI64(linear.in)));
    y = b.offset(b.offset(linear.y, b.mul(firstRow, b.toI64(linear.out))), column);
    weightsRing = b.sharedArray("weights", stages * depth * cudaPanelWidth);
    xRing = b.sharedArray("x", stages * blockRows * depth);
  }

  void emit() {
    for (int64_t stage = 0; stage < stages - 1; ++stage) {
      b.when(b.less(b.i32(stage), stageCount), [&] { copyStage(b.i32(stage), b.i32(stage)); });
      b.commitCopies();
    }
    SmallVector<Value> carried(warpRows,
                               linear.bias ? b.load(b.getF32Type(), b.offset(linear.bias, column)) : b.f32(0.0f));
    // The slots that are read and written.
    carried.append({b.i32(0), b.i32(stages - 1)});
    carried = b.loop(b.i32(0), fullStages, b.i32(1), carried, [&](Value stage, ValueRange carried) {
      Value reading = carried.drop_back().back(), writing = carried.back();
      waitForStage();
      Value ahead = b.add(stage, stages - 1);
      b.when(b.less(ahead, stageCount), [&] { copyStage(ahead, writing); });
      b.commitCopies(); // also where there is nothing more to copy: groups are counted
      SmallVector<Value> next = multiply(carried.drop_back(2), reading, b.i32(0), depth);
      next.append({nextSlot(reading), nextSlot(writing)});
      return next;
    });
    Value slot = carried[warpRows];
    carried.pop_back_n(2);
    waitForStage();
    Value restOfK = b.rem(paddedIn, depth);
    store(b.loop(b.i32(0), restOfK, b.i32(cudaPaddedK), carried,
                 [&](Value k, ValueRange carried) { return multiply(carried, slot, k, cudaPaddedK); }));
  }

private:
  /// This stage is there, for all threads, and what was read in the round before may be overwritten.
  void waitForStage() {
    b.waitForCopies(stages - 2);
    b.barrier();
  }

  void copyStage(Value stage, Value slot) {
    copyWeights(stage, slot);
    if (aligned)
      copyX<4>(stage, slot);
    else
      copyX<1>(stage, slot); // rows do not begin at multiples of 16 bytes
  }

  void copyWeights(Value stage, Value slot) {
    Value from = b.offset(b.offset(panelWeights, b.mul(b.toI64(stage), depth * cudaPanelWidth)), b.mul(thread, 4));
    Value to = b.offset(weightsRing, b.add(b.mul(slot, depth * cudaPanelWidth), b.mul(thread, 4)));
    Value kLeft = b.sub(paddedIn, b.mul(stage, depth));
    for (int64_t k = 0; k < depth; k += copyDepth) {
      auto copy = [&] { b.copyAsync(b.offset(to, k * cudaPanelWidth), b.offset(from, k * cudaPanelWidth), 16); };
      if (k == 0)
        copy();
      else // the last stage may end before
        b.when(b.less(b.i32(k), kLeft), copy);
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
      Value rowOfX = b.offset(x, b.mul(b.toI64(b.min(row, b.sub(rows, b.i32(1)))), b.toI64(linear.in)));
      Value k = b.add(b.mul(stage, depth), kInStage), isPresent = b.less(k, linear.in);
      auto copy = [&] {
        Value sourceBytes = b.select(isPresent, b.i32(elements * 4), b.i32(0));
        b.copyAsync(to, b.offset(rowOfX, b.select(isPresent, k, b.i32(0))), elements * 4, sourceBytes);
      };
      if (first + threads <= chunks)
        copy();
      else
        b.when(b.less(chunk, chunks), copy);
    }
  }

  /// The accumulators after `count` k of the stage in `slot`, from `first` on.
  SmallVector<Value> multiply(ValueRange accumulators, Value slot, Value first, int64_t count) {
    SmallVector<Value> next(accumulators);
    Value firstOfRing = b.add(b.mul(slot, depth), first);
    Value weights = b.offset(weightsRing, b.add(b.mul(firstOfRing, cudaPanelWidth), lane));
    Value firstOfX = b.add(b.mul(slot, blockRows * depth), first);
    Value xOfWarp = b.offset(xRing, b.add(firstOfX, b.mul(warp, warpRows * depth)));
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
    b.when(b.less(column, linear.out), [&] {
      for (auto [index, accumulator] : llvm::enumerate(accumulators)) {
        Value row = b.add(b.mul(warp, warpRows), b.i32(index));
        b.when(b.less(row, rows), [&, accumulator = accumulator] {
          b.store(applyEpilogue(b, epilogue, accumulator), b.offset(y, b.mul(b.toI64(row), b.toI64(linear.out))));
        });
      }
    });
  }

  Value nextSlot(Value slot) { return b.select(b.equal(slot, stages - 1), b.i32(0), b.add(slot, b.i32(1))); }

  DeviceBuilder &b;
  const CudaLinearArguments &linear;
  bool aligned;
  int64_t blockRows, warpRows, stages;
  ArrayRef<Attribute> epilogue;
  Value paddedIn, fullStages, stageCount; ///< i32; a last stage may be shorter
  Value thread, lane, warp;               ///< i32
  Value column;                           ///< i32, of the output
  Value panelWeights;                     ///< of the panel
  Value x, y;                             ///< of the block's first row; y of the column
  Value rows;                             ///< of the block, i32
  Value weightsRing, xRing;               ///< [slot][k][column], [slot][row][k]
};

} // namespace

CudaKernel CudaKernelLibrary::linearFewRows(nn::LinearOp op, const PackedLinear &packed, int64_t blockRows) {
  ArrayRef<Attribute> epilogue = epilogueOf(op);
  bool aligned = packed.in % 4 == 0, hasBias = packed.bias >= 0;
  std::string name = llvm::formatv("linear_{0}rows_in{1}{2}{3}", blockRows, aligned ? 4 : 1, hasBias ? "_bias" : "",
                                   epilogueName(epilogue))
                         .str();
  int64_t panels = llvm::divideCeil(packed.out, cudaPanelWidth); // without those that make whole tiles
  CudaKernel kernel{name, threads, blockRows, panels, {packed.in, packed.out}};
  getOrEmit(kernel, op.getLoc(), hasBias ? 3 : 2, 1, [&](DeviceBuilder &b, Block::BlockArgListType arguments) {
    CudaLinearArguments linear(b, arguments, hasBias);
    FewRowsEmitter(b, linear, aligned, blockRows, epilogue).emit();
  });
  return kernel;
}
