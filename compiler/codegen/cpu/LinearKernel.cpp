//===- LinearKernel.cpp - the loops of a linear ---------------------------===//
//
// Rows go in main tiles of `rowTile`, with the panel in the outer loop so that it stays in cache while the rows pass. k
// is taken in stretches, so that what a tile reads of its rows stays in L1: all rows pass one stretch of a panel, and
// what they have so far waits in y for the next.
//
// The rows left over are one tile of just their number, which reads the weights once more; it is as much wider as it is
// lower, so that enough multiply-adds are in flight to cover their latency. One row is a matrix-vector product this
// way.
//
// A short epilogue is applied to the accumulators. A long one would fill the code with copies, one for each accumulator
// of each tile: a tile is stored without it, and a function applies it to what was just stored.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/cpu/Kernels.h"

#include "compiler/codegen/ElementFunctions.h"
#include "compiler/codegen/cpu/LinearTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace nnc::codegen;

/// The longest epilogue, in operations on an element, that is applied to the accumulators.
static constexpr int64_t shortEpilogue = 8;

namespace {

class LinearEmitter {
public:
  LinearEmitter(ImplicitLocOpBuilder &b, const CpuLevel &level, const PackedLinear &packed,
                ArrayRef<Attribute> epilogue, func::FuncOp epilogueKernel, Block::BlockArgListType arguments)
      : b(b), level(level), operands(takeOperands(packed, arguments)),
        tile(b, level, packed, epilogue, epilogueKernel, operands) {
    auto sizes = arguments.take_back(3);
    stretch = sizes[0], firstPanel = sizes[1], lastPanel = sizes[2];
  }

  void emit() {
    zero = index(0);
    Value fullPanels = memref::DimOp::create(b, operands.panels, 0);
    Value rows = memref::DimOp::create(b, operands.x, 0);
    Value leftOver = arith::RemUIOp::create(b, rows, index(level.rowTile));
    Value mainRows = arith::SubIOp::create(b, rows, leftOver);
    Value lastFull = arith::MinUIOp::create(b, lastPanel, fullPanels);
    Value hasTail = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, lastPanel, fullPanels);
    // An empty share may end behind the tail, which is another part's.
    Value hasPanels = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, firstPanel, lastPanel);
    hasTail = arith::AndIOp::create(b, hasTail, hasPanels);

    emitMainTiles(mainRows, lastFull);
    if (operands.tail)
      when(hasTail,
           [&] { loop(zero, mainRows, index(level.rowTile), [&](Value row) { tile.emitTail(row, level.rowTile); }); });

    SmallVector<int64_t> cases = llvm::to_vector(llvm::seq<int64_t>(1, level.rowTile));
    auto select = scf::IndexSwitchOp::create(b, TypeRange(), leftOver, cases, cases.size());
    OpBuilder::InsertionGuard guard(b);
    for (auto [tileRows, region] : llvm::zip_equal(cases, select.getCaseRegions())) {
      b.setInsertionPointToStart(&region.emplaceBlock());
      emitPanelGroups(mainRows, tileRows, lastFull);
      if (operands.tail)
        when(hasTail, [&] { tile.emitTail(mainRows, tileRows); });
      scf::YieldOp::create(b);
    }
    b.setInsertionPointToStart(&select.getDefaultRegion().emplaceBlock());
    scf::YieldOp::create(b);
  }

private:
  static LinearOperands takeOperands(const PackedLinear &packed, Block::BlockArgListType arguments) {
    auto next = arguments.begin();
    LinearOperands operands;
    operands.x = *next++;
    if (packed.bias >= 0)
      operands.bias = *next++;
    operands.panels = *next++;
    if (packed.tailWidth > 0)
      operands.tail = *next++;
    operands.y = *next++;
    operands.in = *next++;
    operands.tailColumns = *next++;
    return operands;
  }

  void emitMainTiles(Value mainRows, Value lastFull) {
    Value rowTile = index(level.rowTile);
    // A single tile reads its rows once more for each panel whatever the order, and every weight once.
    Value several = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, mainRows, rowTile);
    auto branch = scf::IfOp::create(b, several, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    Value columnsAStep = tile.columnsAStep(arith::DivUIOp::create(b, mainRows, rowTile));
    loop(firstPanel, lastFull, index(1), [&](Value panel) {
      loop(zero, operands.in, stretch, [&](Value from) {
        Value to = arith::MinUIOp::create(b, operands.in, arith::AddIOp::create(b, from, stretch));
        loop(zero, mainRows, rowTile, [&](Value row) { tile.emitStretch(row, panel, from, to, columnsAStep); });
      });
    });
    b.setInsertionPointToStart(branch.elseBlock());
    loop(firstPanel, lastFull, index(1), [&](Value panel) {
      loop(zero, mainRows, rowTile, [&](Value row) { tile.emitPanels(row, level.rowTile, panel, 1); });
    });
  }

  /// How many panels a tile of `tileRows` rows can take: accumulators, weights and one broadcast fit the registers. The
  /// weights of a single row come straight from memory.
  int64_t panelsAtOnce(int64_t tileRows) {
    int64_t registersAPanel = (tileRows == 1 ? 1 : tileRows + 1) * level.panelVectors;
    return std::max<int64_t>((level.registers - 1) / registersAPanel, 1);
  }

  /// All full panels for `tileRows` rows: as many at once as the registers allow, then half as many, ...
  void emitPanelGroups(Value row, int64_t tileRows, Value lastFull) {
    Value first = firstPanel;
    for (int64_t group = llvm::bit_floor(uint64_t(panelsAtOnce(tileRows))); group >= 1; group /= 2) {
      Value left = arith::SubIOp::create(b, lastFull, first);
      Value taken = arith::SubIOp::create(b, left, arith::RemSIOp::create(b, left, index(group)));
      // An empty share begins behind the last full panel.
      taken = arith::MaxSIOp::create(b, taken, zero);
      Value end = arith::AddIOp::create(b, first, taken);
      loop(first, end, index(group), [&](Value panel) { tile.emitPanels(row, tileRows, panel, group); });
      first = end;
    }
  }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, value); }

  void loop(Value from, Value to, Value step, function_ref<void(Value)> body) {
    auto loop = scf::ForOp::create(b, from, to, step);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  }

  void when(Value condition, function_ref<void()> body) {
    auto branch = scf::IfOp::create(b, condition, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    body();
  }

  ImplicitLocOpBuilder &b;
  const CpuLevel &level;
  LinearOperands operands;
  LinearTile tile;
  Value stretch, firstPanel, lastPanel, zero;
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
  llvm::append_values(arguments, matrix, index, index, index, index, index);

  std::string name = packed.bias >= 0 ? "linear_bias" : "linear";
  if (packed.tailWidth > 0)
    name += "_tail" + std::to_string(packed.tailWidth);
  name += epilogueName(epilogue);
  func::FuncOp epilogueKernel;
  if (countOperations(epilogue) > shortEpilogue) {
    epilogueKernel = this->epilogue(op.getLoc(), epilogue);
    epilogue = {};
  }
  return getOrEmit(name, op.getLoc(), arguments, [&](ImplicitLocOpBuilder &b, Block::BlockArgListType values) {
    LinearEmitter(b, level, packed, epilogue, epilogueKernel, values).emit();
  });
}
