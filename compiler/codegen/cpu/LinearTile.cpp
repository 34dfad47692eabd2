//===- LinearTile.cpp - the tiles of a linear -----------------------------===//

#include "compiler/codegen/cpu/LinearTile.h"

#include "compiler/codegen/ElementFunctions.h"
#include "compiler/codegen/cpu/Pieces.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace nnc::codegen;

/// Steps of k that a main tile takes in one round. With one, the addresses of its rows were computed so often that they
/// took slots from the multiply-adds.
static constexpr int64_t mainUnroll = 4;
/// So many k ahead a tile that reads each weight once asks for them: the time of an access to L3. Of wide panels fewer,
/// since a core can wait for only so many lines.
static int64_t prefetchDistance(int64_t panelWidth) { return panelWidth > 32 ? 12 : 16; }
static constexpr int64_t lineWidth = 16; ///< elements of a cache line

LinearTile::LinearTile(ImplicitLocOpBuilder &b, const CpuLevel &level, const PackedLinear &packed,
                       ArrayRef<Attribute> epilogue, func::FuncOp epilogueKernel, const LinearOperands &operands)
    : b(b), level(level), packed(packed), main(level.tileOf(packed.panelWidth)), epilogue(epilogue),
      epilogueKernel(epilogueKernel), operands(operands), vectorType(VectorType::get(level.lanes, b.getF32Type())) {}

int64_t LinearTile::unrollOf(int64_t rows) { return rows == level.fewRows ? mainUnroll : 1; }

std::function<Value(size_t, Value)> LinearTile::weightsOf(Value panel) {
  return [this, panel](size_t vector, Value k) -> Value {
    Value lane = index(vector % main.panelVectors * level.lanes);
    Value at = offset(panel, vector / main.panelVectors);
    return vector::LoadOp::create(b, vectorType, operands.panels, ValueRange{at, k, lane});
  };
}

std::function<Value(int64_t, Value)> LinearTile::packedRowsOf(Value row, Value from) {
  Value at = arith::DivUIOp::create(b, row, index(main.rows));
  return [this, at, from](int64_t r, Value k) -> Value {
    Value step = arith::SubIOp::create(b, k, from);
    return memref::LoadOp::create(b, operands.rows, ValueRange{at, step, index(r)});
  };
}

void LinearTile::emitPanels(Value row, int64_t rows, Value panel, int64_t group) {
  Values columns = columnsOf(panel, group);
  auto loadWeight = weightsOf(panel);
  int64_t unroll = unrollOf(rows);
  // A single row does nothing but read, which the hardware foresees where it need not wait for memory.
  auto prefetchAhead = [&](Value k) {
    bool fromMemory = main.packsRows;
    for (int64_t g = 0; g < group; ++g) {
      if (fromMemory && rows > 1)
        for (int64_t i = 0; i < unroll; ++i)
          prefetchFromMemory(offset(panel, g), offset(k, i));
      if (fromMemory || rows > 1)
        prefetch(offset(panel, g), offset(k, prefetchDistance(packed.panelWidth)), index(0),
                 unroll * packed.panelWidth / lineWidth, /*level=*/3);
    }
  };
  Values start = loadBias(rows, columns);
  auto loadRow = rowsOf(b, operands.x, row, rows);
  FmaChain chain{rows, columns.size(), vectorType, unroll, loadRow, loadWeight, prefetchAhead};
  store(finish(emitFmaChain(b, chain, index(0), operands.in, start)), row, columns);
  finishStored(row, rows, columns.front(), offset(columns.back(), level.lanes));
}

void LinearTile::emitStretch(Value row, int64_t rows, const Stretch &stretch) {
  Value from = stretch.from, to = stretch.to;
  Values columns = columnsOf(stretch.panel, main.panels);
  auto loadWeight = weightsOf(stretch.panel);
  // The weights of the next stretch come into L2 meanwhile, spread over the tiles: what is asked for at once takes
  // buffers that the loads of this stretch need. A tile begins where the one above ended.
  Value steps = arith::SubIOp::create(b, to, from);
  Value stepsAbove = arith::DivUIOp::create(b, arith::MulIOp::create(b, row, steps), index(main.rows));
  Value before = arith::SubIOp::create(b, stepsAbove, from);
  auto prefetchNext = [&](Value k) {
    Value column = arith::MulIOp::create(b, arith::AddIOp::create(b, before, k), stretch.columnsAStep);
    for (int64_t stream = 0; stream < stretch.streams; ++stream) {
      Value behind = arith::DivUIOp::create(b, arith::MulIOp::create(b, steps, index(stream)), index(stretch.streams));
      Value first = arith::AddIOp::create(b, stretch.nextFrom, behind);
      for (int64_t g = 0; g < main.panels; ++g)
        prefetch(offset(stretch.nextPanel, g), first, column, packed.panelWidth / lineWidth, /*level=*/2);
    }
  };
  // What the tile below has of y comes into L1: to wait for it at its first load or store takes longer.
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t column = 0; column < main.panels * packed.panelWidth; column += lineWidth)
      memref::PrefetchOp::create(b, operands.y, ValueRange{offset(row, rows + r), offset(columns.front(), column)},
                                 /*isWrite=*/false, /*localityHint=*/3, /*isDataCache=*/true);
  Values start = choose(
      rows * columns.size(), from, index(0), [&] { return loadBias(rows, columns); },
      [&] { return loadPartial(row, rows, columns); });
  bool isPacked = main.packsRows && rows == main.rows;
  auto loadRow = isPacked ? packedRowsOf(row, from) : rowsOf(b, operands.x, row, rows);
  FmaChain chain{rows, columns.size(), vectorType, mainUnroll, loadRow, loadWeight, prefetchNext};
  Values accumulators = emitFmaChain(b, chain, from, to, start);
  if (!epilogue.empty())
    accumulators = choose(
        accumulators.size(), to, operands.in, [&] { return finish(accumulators); }, [&] { return accumulators; });
  store(accumulators, row, columns);
  if (!epilogueKernel)
    return;
  auto last = scf::IfOp::create(b, arith::CmpIOp::create(b, arith::CmpIPredicate::eq, to, operands.in), false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(last.thenBlock());
  finishStored(row, rows, columns.front(), offset(columns.back(), level.lanes));
}

Value LinearTile::columnsAStep(Value rows, int64_t streams) {
  Value share = arith::CeilDivUIOp::create(b, index(packed.panelWidth * main.rows / streams), rows);
  return arith::MinUIOp::create(b, share, index(packed.panelWidth / mainUnroll));
}

void LinearTile::emitTail(Value row, int64_t rows) {
  Value first = arith::MulIOp::create(b, memref::DimOp::create(b, operands.panels, 0), index(packed.panelWidth));
  Values columns;
  for (int64_t column = 0; column < packed.tailWidth; column += level.lanes)
    columns.push_back(offset(first, column));
  auto loadWeight = [&](size_t vector, Value k) -> Value {
    return vector::LoadOp::create(b, vectorType, operands.tail, ValueRange{k, index(vector * level.lanes)});
  };
  Values start = loadBias(rows, columns);
  auto loadRow = rowsOf(b, operands.x, row, rows);
  FmaChain chain{rows, columns.size(), vectorType, unrollOf(rows), loadRow, loadWeight, nullptr};
  Values accumulators = finish(emitFmaChain(b, chain, index(0), operands.in, start));

  size_t whole = columns.size() - 1;
  Value lanes = arith::SubIOp::create(b, operands.tailColumns, index(whole * level.lanes));
  Value mask = vector::CreateMaskOp::create(b, VectorType::get(level.lanes, b.getI1Type()), lanes);
  for (int64_t r = 0; r < rows; ++r) {
    ArrayRef<Value> ofRow = ArrayRef(accumulators).slice(r * columns.size(), columns.size());
    store(ofRow.take_front(whole), offset(row, r), ArrayRef(columns).take_front(whole));
    vector::MaskedStoreOp::create(b, operands.y, ValueRange{offset(row, r), columns[whole]}, mask, ofRow[whole]);
  }
  finishStored(row, rows, first, arith::AddIOp::create(b, first, operands.tailColumns));
}

void LinearTile::emitNarrow(Value row, int64_t columns) {
  Values start;
  for (int64_t column = 0; column < columns; ++column) {
    Value bias = operands.bias ? Value(memref::LoadOp::create(b, operands.bias, index(column)))
                               : Value(arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f)));
    start.push_back(vector::BroadcastOp::create(b, vectorType, bias));
  }
  auto loadWeight = [&](int64_t column, Value k) -> Value {
    return memref::LoadOp::create(b, operands.tail, ValueRange{k, index(column)});
  };
  RowLanesChain chain{vectorType, operands.x, row, loadWeight};
  Values square = finish(emitRowLanesChain(b, chain, operands.in, start));
  square.resize(level.lanes, arith::ConstantOp::create(b, DenseElementsAttr::get(vectorType, 0.0f)));
  for (auto [r, value] : llvm::enumerate(transpose(b, square)))
    storePiece(b, value, operands.y, ValueRange{offset(row, r), index(0)}, columns);
  finishStored(row, level.lanes, index(0), index(columns));
}

LinearTile::Values LinearTile::columnsOf(Value panel, int64_t group) {
  Values columns;
  Value first = arith::MulIOp::create(b, panel, index(packed.panelWidth));
  for (int64_t vector = 0; vector < group * main.panelVectors; ++vector)
    columns.push_back(offset(first, vector * level.lanes));
  return columns;
}

LinearTile::Values LinearTile::loadBias(int64_t rows, ArrayRef<Value> columns) {
  Values row, all;
  for (Value column : columns)
    row.push_back(operands.bias ? Value(vector::LoadOp::create(b, vectorType, operands.bias, column))
                                : Value(arith::ConstantOp::create(b, DenseElementsAttr::get(vectorType, 0.0f))));
  for (int64_t r = 0; r < rows; ++r)
    llvm::append_range(all, row);
  return all;
}

LinearTile::Values LinearTile::loadPartial(Value row, int64_t rows, ArrayRef<Value> columns) {
  Values all;
  for (int64_t r = 0; r < rows; ++r)
    for (Value column : columns)
      all.push_back(vector::LoadOp::create(b, vectorType, operands.y, ValueRange{offset(row, r), column}));
  return all;
}

void LinearTile::store(ArrayRef<Value> accumulators, Value row, ArrayRef<Value> columns) {
  for (auto [n, value] : llvm::enumerate(accumulators)) {
    Value at = offset(row, n / columns.size());
    vector::StoreOp::create(b, value, operands.y, ValueRange{at, columns[n % columns.size()]});
  }
}

LinearTile::Values LinearTile::finish(ArrayRef<Value> accumulators) {
  return llvm::map_to_vector(accumulators, [&](Value value) { return applyEpilogue(b, epilogue, value); });
}

void LinearTile::finishStored(Value row, int64_t rows, Value firstColumn, Value lastColumn) {
  if (epilogueKernel)
    func::CallOp::create(b, epilogueKernel, ValueRange{operands.y, row, offset(row, rows), firstColumn, lastColumn});
}

LinearTile::Values LinearTile::choose(size_t count, Value left, Value right, function_ref<Values()> yes,
                                      function_ref<Values()> no) {
  Value equal = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, left, right);
  SmallVector<Type> types(count, vectorType);
  auto branch = scf::IfOp::create(b, types, equal, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, yes());
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, no());
  return Values(branch.getResults());
}

void LinearTile::prefetch(Value panel, Value k, Value column, int64_t lines, int32_t cache) {
  for (int64_t line = 0; line < lines; ++line)
    memref::PrefetchOp::create(b, operands.panels, ValueRange{panel, k, offset(column, line * lineWidth)},
                               /*isWrite=*/false, cache, /*isDataCache=*/true);
}

/// While a tile passes so many k it asks L2 for as many behind them, at four places at once: memory answers sooner.
void LinearTile::prefetchFromMemory(Value panel, Value k) {
  constexpr int64_t segment = 1024, streams = 4;
  Value within = arith::RemUIOp::create(b, k, index(segment));
  Value next = offset(arith::SubIOp::create(b, k, within), segment);
  Value stream = arith::MulIOp::create(b, arith::RemUIOp::create(b, k, index(streams)), index(segment / streams));
  Value step = arith::AddIOp::create(b, stream, arith::DivUIOp::create(b, within, index(streams)));
  prefetch(panel, arith::AddIOp::create(b, next, step), index(0), packed.panelWidth / lineWidth, /*level=*/2);
}

Value LinearTile::index(int64_t value) { return arith::ConstantIndexOp::create(b, value); }
Value LinearTile::offset(Value base, int64_t distance) { return arith::AddIOp::create(b, base, index(distance)); }
