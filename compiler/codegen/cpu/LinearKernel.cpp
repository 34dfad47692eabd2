//===- LinearKernel.cpp - the loops of a linear ---------------------------===//
//
// Rows go in main tiles, a few panels at a time, with the panels in the outer loop so that they stay in L2 while the
// rows pass. The rows left over are one or two lower tiles. k is taken in stretches, so that panels and rows fit: all
// rows pass all panels for one stretch, and what they have so far waits in y for the next. Main tiles of layers far
// larger than L2 read rows from a copy, made for each stretch, in which what a step needs lies side by side.
//
// A few rows are one tile of just their number, which reads every weight once; it is as much wider as it is lower, so
// that enough multiply-adds are in flight to cover their latency. One row is a matrix-vector product this way.
//
// Of a narrow layer most lanes would be empty. Its rows go across the lanes, for which squares of x are transposed.
//
// A short epilogue is applied to the accumulators. A long one would fill the code with copies, one for each accumulator
// of each tile: a tile is stored without it, and a function applies it to what was just stored.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/cpu/Kernels.h"

#include "compiler/codegen/ElementFunctions.h"
#include "compiler/codegen/cpu/LinearTile.h"
#include "compiler/codegen/cpu/Pieces.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace nnc::codegen;

/// The longest epilogue, in operations on an element, that is applied to the accumulators.
static constexpr int64_t shortEpilogue = 8;

/// Fewer rows than this pass a stretch of a layer far larger than L2 in less time than the next takes to come, which is
/// asked for at two places then: memory answers sooner. With more rows it only takes slots from other loads.
static constexpr int64_t waitingRows = 48;

namespace {

class LinearEmitter {
public:
  LinearEmitter(ImplicitLocOpBuilder &b, const CpuLevel &level, const PackedLinear &packed,
                ArrayRef<Attribute> epilogue, func::FuncOp epilogueKernel, func::FuncOp packRows,
                Block::BlockArgListType arguments)
      : b(b), level(level), packed(packed), main(level.tileOf(packed.panelWidth)), packRows(packRows),
        operands(takeOperands(arguments)), tile(b, level, packed, epilogue, epilogueKernel, operands) {
    auto sizes = arguments.take_back(3);
    stretchSize = sizes[0], firstPanel = sizes[1], lastPanel = sizes[2];
  }

  void emit() {
    zero = index(0);
    Value fullPanels = memref::DimOp::create(b, operands.panels, 0);
    Value rows = memref::DimOp::create(b, operands.x, 0);
    Value lastFull = arith::MinUIOp::create(b, lastPanel, fullPanels);
    Value hasTail = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, lastPanel, fullPanels);
    // An empty share may end behind the tail, which is another part's.
    Value hasPanels = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, firstPanel, lastPanel);
    hasTail = arith::AndIOp::create(b, hasTail, hasPanels);

    Value first = packed.panels > 0 ? emitMainTiles(rows, lastFull) : lastFull;
    Value isLeft = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, first, lastFull);
    when(arith::OrIOp::create(b, isLeft, hasTail), [&] {
      Value firstRow = level.isNarrow(packed.out) ? emitNarrowTiles(rows) : zero;
      forTiles(firstRow, rows, level.fewRows, [&](Value row, int64_t tileRows) {
        if (packed.panels > 0)
          emitPanelGroups(row, tileRows, first, lastFull);
        if (operands.tail)
          when(hasTail, [&] { tile.emitTail(row, tileRows); });
      });
    });
  }

private:
  LinearOperands takeOperands(Block::BlockArgListType arguments) {
    auto next = arguments.begin();
    LinearOperands operands;
    operands.x = *next++;
    if (packed.bias >= 0)
      operands.bias = *next++;
    operands.panels = *next++;
    if (packed.tailWidth > 0)
      operands.tail = *next++;
    operands.y = *next++;
    if (main.packsRows)
      operands.rows = *next++;
    operands.in = *next++;
    operands.tailColumns = *next++;
    return operands;
  }

  /// The rows of a narrow layer, as many at a time as a vector has lanes. Returns the first row that is left.
  Value emitNarrowTiles(Value rows) {
    Value whole = arith::SubIOp::create(b, rows, arith::RemUIOp::create(b, rows, index(level.lanes)));
    loop(zero, whole, index(level.lanes), [&](Value row) { tile.emitNarrow(row, packed.out); });
    return whole;
  }

  /// How many of `rows` are in main tiles, and how many a lower tile takes of those behind: all, or half if main tiles
  /// leave so few that they would wait for their weights. Then the last main tile's rows are among them.
  std::pair<Value, Value> splitRows(Value rows) {
    Value leftOver = arith::RemUIOp::create(b, rows, index(main.rows));
    Value lessOne = arith::SubIOp::create(b, leftOver, index(1)); // 0 is not few
    Value isFew = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, lessOne, index(main.rows / 2));
    leftOver = arith::AddIOp::create(b, leftOver, arith::SelectOp::create(b, isFew, index(main.rows), zero));
    Value half = arith::CeilDivUIOp::create(b, leftOver, index(2));
    Value lowRows = arith::MaxUIOp::create(b, arith::SelectOp::create(b, isFew, half, leftOver), index(1));
    return {arith::SubIOp::create(b, rows, leftOver), lowRows};
  }

  /// More than a few rows past as many panels at a time as a main tile has. Returns the first panel that is left.
  Value emitMainTiles(Value rows, Value lastFull) {
    Value many = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, rows, index(level.fewRows));
    Value panels = arith::SubIOp::create(b, lastFull, firstPanel);
    panels = arith::MaxSIOp::create(b, panels, zero); // an empty share begins behind the last full panel
    Value rest = arith::RemUIOp::create(b, panels, index(main.panels));
    Value end = arith::AddIOp::create(b, firstPanel, arith::SubIOp::create(b, panels, rest));
    end = arith::SelectOp::create(b, many, end, firstPanel);

    when(many, [&] {
      if (!packRows)
        return passPanels(rows, end, /*streams=*/1);
      Value wait = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, rows, index(waitingRows));
      Value work = arith::CmpIOp::create(b, arith::CmpIPredicate::uge, rows, index(waitingRows));
      when(wait, [&] { passPanels(rows, end, /*streams=*/2); });
      when(work, [&] { passPanels(rows, end, /*streams=*/1); });
    });
    return end;
  }

  /// All `rows`, more than a few, past panels [firstPanel, end), a stretch of k after the other; each is asked for at
  /// `streams` places at once.
  void passPanels(Value rows, Value end, int64_t streams) {
    std::pair<Value, Value> split = splitRows(rows);
    Value mainRows = split.first, lowRows = split.second;
    Value columnsAStep = tile.columnsAStep(rows, streams);
    loop(zero, operands.in, stretchSize, [&](Value from) {
      Value to = arith::MinUIOp::create(b, operands.in, arith::AddIOp::create(b, from, stretchSize));
      if (packRows)
        func::CallOp::create(b, packRows, ValueRange{operands.x, operands.rows, from, to});
      loop(firstPanel, end, index(main.panels), [&](Value panel) {
        Value below = arith::AddIOp::create(b, panel, index(main.panels));
        Value isLast = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, below, end);
        Value nextPanel = arith::SelectOp::create(b, isLast, firstPanel, below);
        Value nextFrom = arith::SelectOp::create(b, isLast, to, from);
        Stretch stretch{panel, from, to, nextPanel, nextFrom, columnsAStep, streams};
        loop(zero, mainRows, index(main.rows), [&](Value row) { tile.emitStretch(row, main.rows, stretch); });
        loop(mainRows, rows, lowRows, [&](Value row) {
          Value height = arith::MinUIOp::create(b, lowRows, arith::SubIOp::create(b, rows, row));
          oneOf(main.rows / 2, main.rows - 1, height,
                [&](int64_t tileRows) { tile.emitStretch(row, tileRows, stretch); });
        });
      });
    });
  }

  /// How many panels a tile of `tileRows` rows takes: accumulators, weights and one broadcast fit the registers, where
  /// the weights of a single row come straight from memory. Memory delivers four streams sooner than more of them.
  int64_t panelsAtOnce(int64_t tileRows) {
    constexpr int64_t most = 4;
    int64_t registersAPanel = (tileRows == 1 ? 1 : tileRows + 1) * main.panelVectors;
    return std::clamp<int64_t>((level.registers - 1) / registersAPanel, 1, most);
  }

  /// Panels [first, last) for `tileRows` rows: as many at once as the registers allow, then half as many, ...
  void emitPanelGroups(Value row, int64_t tileRows, Value first, Value last) {
    for (int64_t group = llvm::bit_floor(uint64_t(panelsAtOnce(tileRows))); group >= 1; group /= 2) {
      Value left = arith::SubIOp::create(b, last, first);
      Value taken = arith::SubIOp::create(b, left, arith::RemSIOp::create(b, left, index(group)));
      // An empty share begins behind the last full panel.
      taken = arith::MaxSIOp::create(b, taken, zero);
      Value end = arith::AddIOp::create(b, first, taken);
      loop(first, end, index(group), [&](Value panel) { tile.emitPanels(row, tileRows, panel, group); });
      first = end;
    }
  }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, value); }

  void loop(Value from, Value to, Value step, function_ref<void(Value)> body) { emitLoop(b, from, to, step, body); }

  /// `body` for the one of `first`, ... `last` that `value` is, if it is one.
  void oneOf(int64_t first, int64_t last, Value value, function_ref<void(int64_t)> body) {
    SmallVector<int64_t> cases = llvm::to_vector(llvm::seq_inclusive(first, last));
    auto select = scf::IndexSwitchOp::create(b, TypeRange(), value, cases, cases.size());
    OpBuilder::InsertionGuard guard(b);
    for (auto [number, region] : llvm::zip_equal(cases, select.getCaseRegions())) {
      b.setInsertionPointToStart(&region.emplaceBlock());
      body(number);
      scf::YieldOp::create(b);
    }
    b.setInsertionPointToStart(&select.getDefaultRegion().emplaceBlock());
    scf::YieldOp::create(b);
  }

  /// Rows [first, rows) in tiles of `most`, the last one of as many as are left.
  void forTiles(Value first, Value rows, int64_t most, function_ref<void(Value row, int64_t tileRows)> body) {
    Value leftOver = arith::RemUIOp::create(b, arith::SubIOp::create(b, rows, first), index(most));
    Value whole = arith::SubIOp::create(b, rows, leftOver);
    loop(first, whole, index(most), [&](Value row) { body(row, most); });
    oneOf(1, most - 1, leftOver, [&](int64_t tileRows) { body(whole, tileRows); });
  }

  void when(Value condition, function_ref<void()> body) {
    auto branch = scf::IfOp::create(b, condition, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    body();
  }

  ImplicitLocOpBuilder &b;
  const CpuLevel &level;
  const PackedLinear &packed;
  const MainTile &main;
  func::FuncOp packRows; ///< null where tiles read rows from where they lie
  LinearOperands operands;
  LinearTile tile;
  Value stretchSize, firstPanel, lastPanel, zero;
};

} // namespace

func::FuncOp KernelLibrary::linear(nn::LinearOp op, const PackedLinear &packed) {
  ArrayRef<Attribute> epilogue = epilogueOf(op);
  Type f32 = Float32Type::get(op.getContext()), index = IndexType::get(op.getContext());
  constexpr int64_t any = ShapedType::kDynamic;
  Type matrix = MemRefType::get({any, any}, f32);
  SmallVector<Type> arguments{matrix};
  if (packed.bias >= 0)
    arguments.push_back(MemRefType::get({any}, f32));
  arguments.push_back(MemRefType::get({any, any, packed.panelWidth}, f32));
  if (packed.tailWidth > 0)
    arguments.push_back(MemRefType::get({any, packed.tailWidth}, f32));
  arguments.push_back(matrix);
  const MainTile &main = level.tileOf(packed.panelWidth);
  if (main.packsRows)
    arguments.push_back(MemRefType::get({any, any, main.rows}, f32));
  arguments.append(5, index);

  // One for all shapes of a kind; layers that fill no panel are another kind, as are those that pack rows.
  std::string name = packed.panels > 0 ? "linear" : "linear_narrow";
  if (level.isNarrow(packed.out))
    name += std::to_string(packed.out);
  if (main.packsRows)
    name += "_packed";
  if (packed.bias >= 0)
    name += "_bias";
  if (packed.tailWidth > 0)
    name += "_tail" + std::to_string(packed.tailWidth);
  name += epilogueName(epilogue);
  func::FuncOp epilogueKernel;
  if (countOperations(epilogue) > shortEpilogue) {
    epilogueKernel = this->epilogue(op.getLoc(), epilogue);
    epilogue = {};
  }
  func::FuncOp packRows = main.packsRows ? this->packRows(op.getLoc(), main.rows) : func::FuncOp();
  return getOrEmit(name, op.getLoc(), arguments, [&](ImplicitLocOpBuilder &b, Block::BlockArgListType values) {
    LinearEmitter(b, level, packed, epilogue, epilogueKernel, packRows, values).emit();
  });
}
