//===- TileLinearKernel.cpp - a linear of many rows -----------------------===//
//
// A block of threads computes a tile of outputs (LinearTile.h), all of k in ascending order in one accumulator for each
// output. While a stage is multiplied the next is on its way to shared memory (TileStages.h). The steps of a stage are
// written out; accumulators are carried from stage to stage, so that they stay in registers.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/nvptx/Kernels.h"

#include "compiler/codegen/ElementFunctions.h"
#include "compiler/codegen/nvptx/TileStages.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

/// A thread has a copy of the epilogue for each of its outputs, which stay in registers. One of more operations than
/// this would be most of the kernel: it is applied to what the thread has stored, four outputs at a time.
static constexpr int64_t shortEpilogue = 8;

namespace {

/// Whether x is copied and y stored 16 bytes at a time, their rows being at multiples of them.
struct Alignment {
  bool in, out;
};

class TileLinearEmitter {
public:
  TileLinearEmitter(DeviceBuilder &b, const LinearTile &tile, const CudaLinearArguments &linear, Alignment aligned,
                    ArrayRef<Attribute> epilogue)
      : b(b), tile(tile), linear(linear), aligned(aligned), epilogue(epilogue),
        isLong(countOperations(epilogue) > shortEpilogue) {}

  void emit() {
    // Rows are counted in 64 bits up to here, and in 32 inside of the block.
    Value firstRow = b.mul(b.toI64(b.blockX()), tile.rows());
    rows = b.toI32(b.min(b.sub(linear.rows, firstRow), b.i64(tile.rows())));
    TileStages stages(b, tile, linear, aligned.in, b.offset(linear.x, b.mul(firstRow, b.toI64(linear.in))), rows);
    for (int64_t stage = 0; stage < tile.stages - 1; ++stage) {
      b.when(b.less(b.i32(stage), stages.count()), [&] { stages.copy(b.i32(stage), stages.slot(stage)); });
      b.commitCopies();
    }
    SmallVector<Value> accumulators = emitStages(stages);
    stages.finish();
    Value row = stages.row(), column = stages.column();
    Value y = b.offset(linear.y, b.mul(b.add(firstRow, b.toI64(row)), b.toI64(linear.out)));
    Value to = b.offset(y, column);
    for (int64_t i = 0; i < tile.threadRows; ++i) {
      int64_t distance = stages.rowDistance(i);
      ArrayRef<Value> ofRow = ArrayRef(accumulators).slice(i * tile.threadColumns, tile.threadColumns);
      b.when(b.less(b.add(row, distance), rows),
             [&] { storeRow(ofRow, b.offset(to, b.mul(b.toI64(linear.out), distance)), column); });
    }
    if (isLong)
      finishStored(stages, to, row, column);
  }

private:
  /// The accumulators of the thread's rows, one row after the other, after all of k.
  SmallVector<Value> emitStages(TileStages &stages) {
    int64_t ahead = tile.stages - 1;
    SmallVector<Value> carried = startAccumulators(stages.column());
    carried.push_back(stages.slot(0)); // that is read
    carried = b.loop(b.i32(0), stages.count(), b.i32(1), carried, [&](Value stage, ValueRange carried) {
      Value reading = carried.back();
      // This stage is there, for all threads, and what was read in the round before may be overwritten.
      b.waitForCopies(ahead - 1);
      b.barrier();
      Value next = b.add(stage, ahead);
      b.when(b.less(next, stages.count()), [&] { stages.copyNext(next, stages.previousSlot(reading)); });
      b.commitCopies(); // also where there is nothing more to copy: groups are counted
      stages.readFrom(reading);
      SmallVector<Value> carriedOn(carried.drop_back());
      for (int64_t k = 0; k < tile.depth; ++k)
        multiply(stages.x(k), stages.weights(k), carriedOn);
      carriedOn.push_back(stages.nextSlot(reading));
      return carriedOn;
    });
    carried.pop_back();
    return carried;
  }

  /// Row after row, there and back: each multiply-add has a factor in common with the one before it, which ptxas then
  /// takes from the cache of operands. Registers have ports for two operands in a cycle, not for three.
  void multiply(ArrayRef<Value> x, ArrayRef<Value> weights, MutableArrayRef<Value> accumulators) {
    int64_t columns = weights.size();
    for (auto [row, xk] : llvm::enumerate(x))
      for (int64_t i = 0; i < columns; ++i) {
        int64_t column = row % 2 == 0 ? i : columns - 1 - i;
        Value &accumulator = accumulators[row * columns + column];
        accumulator = math::FmaOp::create(b, xk, weights[column], accumulator);
      }
  }

  SmallVector<Value> startAccumulators(Value firstColumn) {
    SmallVector<Value> row;
    for (int64_t group = 0; group < tile.threadColumns; group += 4) {
      if (!linear.bias) {
        row.append(4, b.f32(0.0f));
        continue;
      }
      Value column = b.add(firstColumn, group / 4 * cudaPanelWidth);
      Value four = b.load(b.f32Vector(4), b.offset(linear.bias, column));
      for (int64_t lane = 0; lane < 4; ++lane)
        row.push_back(vector::ExtractOp::create(b, four, lane));
    }
    SmallVector<Value> accumulators;
    for (int64_t i = 0; i < tile.threadRows; ++i)
      llvm::append_range(accumulators, row);
    return accumulators;
  }

  void storeRow(ArrayRef<Value> accumulators, Value to, Value firstColumn) {
    for (int64_t group = 0; group < tile.threadColumns; group += 4) {
      int64_t distance = group / 4 * cudaPanelWidth;
      SmallVector<Value> four;
      for (Value accumulator : accumulators.slice(group, 4))
        four.push_back(isLong ? accumulator : applyEpilogue(b, epilogue, accumulator));
      storeColumns(four, b.offset(to, distance), b.add(firstColumn, distance));
    }
  }

  /// Those of `four` columns, of which `column` is the first, that the layer has.
  void storeColumns(ArrayRef<Value> four, Value to, Value column) {
    auto storeAll = [&] { b.store(vector::FromElementsOp::create(b, b.f32Vector(4), four), to); };
    if (aligned.out)
      return b.when(b.less(column, linear.out), storeAll);
    for (auto [lane, value] : llvm::enumerate(four))
      b.when(b.less(b.add(column, lane), linear.out),
             [&, lane = lane, value = value] { b.store(value, b.offset(to, lane)); });
  }

  /// The epilogue on all outputs that storeRow stored, of which `to` is the first, at `row` and `column`.
  void finishStored(TileStages &stages, Value to, Value row, Value column) {
    int64_t groups = tile.threadColumns / 4;
    b.loop(b.i32(0), b.i32(tile.threadRows * groups), b.i32(1), [&](Value index) {
      Value down = stages.rowDistance(b.div(index, groups)), across = b.mul(b.rem(index, groups), cudaPanelWidth);
      b.when(b.less(b.add(row, down), rows), [&] {
        Value at = b.offset(to, b.add(b.mul(b.toI64(down), b.toI64(linear.out)), b.toI64(across)));
        finishColumns(at, b.add(column, across));
      });
    });
  }

  void finishColumns(Value at, Value column) {
    if (aligned.out)
      return b.when(b.less(column, linear.out), [&] {
        Value stored = b.load(b.f32Vector(4), at);
        SmallVector<Value> four;
        for (int64_t lane = 0; lane < 4; ++lane)
          four.push_back(applyEpilogue(b, epilogue, vector::ExtractOp::create(b, stored, lane)));
        b.store(vector::FromElementsOp::create(b, b.f32Vector(4), four), at);
      });
    Value present = b.min(b.sub(linear.out, column), b.i32(4));
    b.loop(b.i32(0), present, b.i32(1), [&](Value lane) {
      Value element = b.offset(at, lane);
      b.store(applyEpilogue(b, epilogue, b.load(b.getF32Type(), element)), element);
    });
  }

  DeviceBuilder &b;
  const LinearTile &tile;
  const CudaLinearArguments &linear;
  Alignment aligned;
  ArrayRef<Attribute> epilogue;
  bool isLong; ///< the epilogue
  Value rows;  ///< of the block, i32
};

} // namespace

CudaKernel CudaKernelLibrary::linearTile(nn::LinearOp op, const PackedLinear &packed, const LinearTile &tile) {
  ArrayRef<Attribute> epilogue = epilogueOf(op);
  bool hasBias = packed.bias >= 0;
  Alignment aligned{packed.in % 4 == 0 && !tile.turnsX, packed.out % 4 == 0};
  std::string name =
      llvm::formatv("linear_tile{0}x{1}_in{2}_out{3}{4}{5}", tile.rows(), tile.columns(), aligned.in ? 4 : 1,
                    aligned.out ? 4 : 1, hasBias ? "_bias" : "", epilogueName(epilogue))
          .str();
  int64_t tilesAcross = llvm::divideCeil(packed.out, tile.columns());
  CudaKernel kernel{name, tile.threads(), tile.rows(), tilesAcross, {packed.in, packed.out}};
  getOrEmit(kernel, op.getLoc(), hasBias ? 3 : 2, 1, [&](DeviceBuilder &b, Block::BlockArgListType arguments) {
    // Four blocks of 128 threads on a multiprocessor, so that some multiply while others wait: 128 registers a thread,
    // of which 64 are for the accumulators of 8x8 outputs.
    constexpr int64_t threads = 512;
    b.getInsertionBlock()->getParentOp()->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                                                  b.getI32IntegerAttr(threads / tile.threads()));
    CudaLinearArguments linear(b, arguments, hasBias);
    TileLinearEmitter(b, tile, linear, aligned, epilogue).emit();
  });
  return kernel;
}
