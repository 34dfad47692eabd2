//===- LinearKernel.cpp - the loops of a linear ---------------------------===//
//
// A tile is some rows times some panels of columns. Its accumulators start from the bias, stay in registers for the
// whole of k, each step one fused multiply-add in ascending order, then pass the epilogue and are stored once.
//
// Rows go in main tiles of `rowTile`, with the panel in the outer loop so that it stays in cache while the rows pass.
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

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace nnc::codegen;

/// The longest epilogue, in operations on an element, that is applied to the accumulators.
static constexpr int64_t shortEpilogue = 8;

namespace {

class LinearEmitter {
public:
  LinearEmitter(ImplicitLocOpBuilder &b, const CpuLevel &level, const PackedLinear &packed,
                ArrayRef<Attribute> epilogue, func::FuncOp epilogueKernel, Block::BlockArgListType arguments)
      : b(b), level(level), packed(packed), epilogue(epilogue), epilogueKernel(epilogueKernel),
        vectorType(VectorType::get(level.lanes, b.getF32Type())) {
    auto next = arguments.begin();
    x = *next++;
    bias = packed.bias >= 0 ? Value(*next++) : Value();
    panels = *next++;
    tail = packed.tailWidth > 0 ? Value(*next++) : Value();
    y = *next++;
    in = *next++;
    tailColumns = *next++;
    firstPanel = *next++;
    lastPanel = *next++;
  }

  void emit() {
    zero = index(0);
    fullPanels = memref::DimOp::create(b, panels, 0);
    Value rows = memref::DimOp::create(b, x, 0);
    Value leftOver = arith::RemUIOp::create(b, rows, index(level.rowTile));
    Value mainRows = arith::SubIOp::create(b, rows, leftOver);
    Value lastFull = arith::MinUIOp::create(b, lastPanel, fullPanels);
    Value hasTail = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, lastPanel, fullPanels);
    // An empty share may end behind the tail, which is another part's.
    Value hasPanels = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, firstPanel, lastPanel);
    hasTail = arith::AndIOp::create(b, hasTail, hasPanels);

    loop(firstPanel, lastFull, 1, [&](Value panel) {
      loop(zero, mainRows, level.rowTile, [&](Value row) { emitPanelTile(row, level.rowTile, panel, 1); });
    });
    if (tail)
      when(hasTail, [&] { loop(zero, mainRows, level.rowTile, [&](Value row) { emitTailTile(row, level.rowTile); }); });

    SmallVector<int64_t> cases = llvm::to_vector(llvm::seq<int64_t>(1, level.rowTile));
    auto select = scf::IndexSwitchOp::create(b, TypeRange(), leftOver, cases, cases.size());
    OpBuilder::InsertionGuard guard(b);
    for (auto [tileRows, region] : llvm::zip_equal(cases, select.getCaseRegions())) {
      b.setInsertionPointToStart(&region.emplaceBlock());
      emitPanelGroups(mainRows, tileRows, lastFull);
      if (tail)
        when(hasTail, [&] { emitTailTile(mainRows, tileRows); });
      scf::YieldOp::create(b);
    }
    b.setInsertionPointToStart(&select.getDefaultRegion().emplaceBlock());
    scf::YieldOp::create(b);
  }

private:
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
      loop(first, end, group, [&](Value panel) { emitPanelTile(row, tileRows, panel, group); });
      first = end;
    }
  }

  /// `tileRows` rows times `group` panels.
  void emitPanelTile(Value row, int64_t tileRows, Value panel, int64_t group) {
    SmallVector<SmallVector<Value>> weightAt; // one index list for each vector of columns, without k
    SmallVector<Value> columns;
    for (int64_t g = 0; g < group; ++g) {
      Value p = arith::AddIOp::create(b, panel, index(g));
      Value base = arith::MulIOp::create(b, p, index(packed.panelWidth));
      for (int64_t v = 0; v < level.panelVectors; ++v) {
        weightAt.push_back({p, index(v * level.lanes)});
        columns.push_back(arith::AddIOp::create(b, base, index(v * level.lanes)));
      }
    }
    SmallVector<Value> accumulators = emitChain(row, tileRows, columns, [&](size_t vector, Value k) -> Value {
      return vector::LoadOp::create(b, vectorType, panels, ValueRange{weightAt[vector][0], k, weightAt[vector][1]});
    });
    for (auto [n, value] : llvm::enumerate(accumulators))
      vector::StoreOp::create(b, value, y, ValueRange{offset(row, n / columns.size()), columns[n % columns.size()]});
    finishTile(row, tileRows, columns.front(), offset(columns.back(), level.lanes));
  }

  /// `tileRows` rows times the columns behind the last full panel; the last vector may be stored in part.
  void emitTailTile(Value row, int64_t tileRows) {
    Value base = arith::MulIOp::create(b, fullPanels, index(packed.panelWidth));
    SmallVector<Value> columns;
    for (int64_t column = 0; column < packed.tailWidth; column += level.lanes)
      columns.push_back(offset(base, column));
    SmallVector<Value> accumulators = emitChain(row, tileRows, columns, [&](size_t vector, Value k) -> Value {
      return vector::LoadOp::create(b, vectorType, tail, ValueRange{k, index(vector * level.lanes)});
    });
    for (auto [n, value] : llvm::enumerate(accumulators)) {
      size_t vector = n % columns.size();
      SmallVector<Value> at{offset(row, n / columns.size()), columns[vector]};
      if (vector + 1 < columns.size()) {
        vector::StoreOp::create(b, value, y, at);
        continue;
      }
      Value lanes = arith::SubIOp::create(b, tailColumns, index(vector * level.lanes));
      Value mask = vector::CreateMaskOp::create(b, VectorType::get(level.lanes, b.getI1Type()), lanes);
      vector::MaskedStoreOp::create(b, y, at, mask, value);
    }
    finishTile(row, tileRows, base, arith::AddIOp::create(b, base, tailColumns));
  }

  /// A long epilogue, on the tile just stored.
  void finishTile(Value row, int64_t tileRows, Value firstColumn, Value lastColumn) {
    if (epilogueKernel)
      func::CallOp::create(b, epilogueKernel, ValueRange{y, row, offset(row, tileRows), firstColumn, lastColumn});
  }

  /// The finished accumulators, row by row: bias, then fma(x[k], w[k], acc) for k = 0, 1, ..., then a short epilogue.
  SmallVector<Value> emitChain(Value row, int64_t tileRows, ArrayRef<Value> columns,
                               function_ref<Value(size_t vector, Value k)> loadWeight) {
    SmallVector<Value> start;
    for (Value column : columns)
      start.push_back(bias ? Value(vector::LoadOp::create(b, vectorType, bias, column))
                           : Value(arith::ConstantOp::create(b, DenseElementsAttr::get(vectorType, 0.0f))));
    SmallVector<Value> accumulators;
    for (int64_t r = 0; r < tileRows; ++r)
      llvm::append_range(accumulators, start);

    auto chain = scf::ForOp::create(b, zero, in, index(1), accumulators);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(chain.getBody());
      Value k = chain.getInductionVar();
      SmallVector<Value> weights, next;
      for (size_t vector = 0; vector < columns.size(); ++vector)
        weights.push_back(loadWeight(vector, k));
      for (int64_t r = 0; r < tileRows; ++r) {
        Value scalar = memref::LoadOp::create(b, x, ValueRange{offset(row, r), k});
        Value broadcast = vector::BroadcastOp::create(b, vectorType, scalar);
        for (Value weight : weights)
          next.push_back(math::FmaOp::create(b, broadcast, weight, chain.getRegionIterArg(next.size())));
      }
      scf::YieldOp::create(b, next);
    }
    return llvm::map_to_vector(chain.getResults(), [&](Value value) { return applyEpilogue(b, epilogue, value); });
  }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, value); }
  Value offset(Value base, int64_t distance) { return arith::AddIOp::create(b, base, index(distance)); }

  void loop(Value from, Value to, int64_t step, function_ref<void(Value)> body) {
    auto loop = scf::ForOp::create(b, from, to, index(step));
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
  const PackedLinear &packed;
  ArrayRef<Attribute> epilogue; ///< on the accumulators
  func::FuncOp epilogueKernel;  ///< on stored tiles, or null
  VectorType vectorType;
  Value x, bias, panels, tail, y, in, tailColumns, firstPanel, lastPanel, fullPanels, zero;
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
  llvm::append_values(arguments, matrix, index, index, index, index);

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
