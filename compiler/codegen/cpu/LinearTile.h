//===- LinearTile.h - the tiles of a linear ---------------------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_CPU_LINEARTILE_H
#define NNC_COMPILER_CODEGEN_CPU_LINEARTILE_H

#include "compiler/codegen/cpu/FmaChain.h"
#include "compiler/codegen/cpu/Plan.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <functional>

namespace nnc::codegen {

/// The matrices of a linear's kernel, see KernelLibrary::linear. `bias`, `tail` and `rows` may be null.
struct LinearOperands {
  mlir::Value x, bias, panels, tail, y, rows;
  mlir::Value in;          ///< k
  mlir::Value tailColumns; ///< columns of `tail` that y has
};

/// A main tile's panels from `panel` on for k in [from, to), which all rows pass, and the stretch behind it, of whose
/// panels a tile asks for `columnsAStep` columns in each step of k, at each of `streams` places.
struct Stretch {
  mlir::Value panel, from, to;
  mlir::Value nextPanel, nextFrom;
  mlir::Value columnsAStep;
  int64_t streams;
};

/// Emits tiles: some rows of x times some vectors of columns, from the bias to the store. The accumulators stay in
/// registers, each step is one fused multiply-add in ascending order.
class LinearTile {
public:
  /// `epilogue` is applied to the accumulators, or `epilogueKernel`, if it is not null, to what was stored.
  LinearTile(mlir::ImplicitLocOpBuilder &b, const CpuLevel &level, const PackedLinear &packed,
             llvm::ArrayRef<mlir::Attribute> epilogue, mlir::func::FuncOp epilogueKernel,
             const LinearOperands &operands);

  /// `rows` rows from `row` on times `group` panels from `panel` on, for all k.
  void emitPanels(mlir::Value row, int64_t rows, mlir::Value panel, int64_t group);

  /// `rows` rows from `row` on times `stretch`: what came before its k is in y, the epilogue follows the last.
  void emitStretch(mlir::Value row, int64_t rows, const Stretch &stretch);

  /// Stretch::columnsAStep for `rows` rows: together they ask for one stretch, at each of `streams` places for a part.
  mlir::Value columnsAStep(mlir::Value rows, int64_t streams);

  /// `rows` rows times the columns behind the last full panel; the last vector may be stored in part.
  void emitTail(mlir::Value row, int64_t rows);

  /// As many rows from `row` on as a vector has lanes, times all `columns`, few enough that rows go across the lanes.
  void emitNarrow(mlir::Value row, int64_t columns);

private:
  using Values = llvm::SmallVector<mlir::Value>;

  /// Steps of k in one round, for a tile of few rows.
  int64_t unrollOf(int64_t rows);
  /// Loads x[row + r][k] from where the main tile's rows of the stretch from k = `from` on are packed.
  std::function<mlir::Value(int64_t r, mlir::Value k)> packedRowsOf(mlir::Value row, mlir::Value from);
  /// Loads vector `vector` of step `k`, counted from the first vector of `panel`.
  std::function<mlir::Value(size_t vector, mlir::Value k)> weightsOf(mlir::Value panel);
  /// The first column of each vector of `group` panels.
  Values columnsOf(mlir::Value panel, int64_t group);
  /// Accumulators, row by row: the bias, or what is in y.
  Values loadBias(int64_t rows, llvm::ArrayRef<mlir::Value> columns);
  Values loadPartial(mlir::Value row, int64_t rows, llvm::ArrayRef<mlir::Value> columns);
  void store(llvm::ArrayRef<mlir::Value> accumulators, mlir::Value row, llvm::ArrayRef<mlir::Value> columns);
  Values finish(llvm::ArrayRef<mlir::Value> accumulators);
  /// Calls the epilogue's kernel, if there is one, on what was stored.
  void finishStored(mlir::Value row, int64_t rows, mlir::Value firstColumn, mlir::Value lastColumn);
  /// `count` values: `yes` where left == right, else `no`.
  Values choose(size_t count, mlir::Value left, mlir::Value right, llvm::function_ref<Values()> yes,
                llvm::function_ref<Values()> no);
  /// Asks for the `lines` cache lines from [panel][k][column] on, into the cache of `level` (3 is L1, 2 is L2).
  void prefetch(mlir::Value panel, mlir::Value k, mlir::Value column, int64_t lines, int32_t level);
  /// Asks for the step of `panel` that a tile of few rows, at step `k`, has to ask memory for.
  void prefetchFromMemory(mlir::Value panel, mlir::Value k);

  mlir::Value index(int64_t value);
  mlir::Value offset(mlir::Value base, int64_t distance);

  mlir::ImplicitLocOpBuilder &b;
  const CpuLevel &level;
  const PackedLinear &packed;
  const MainTile &main;
  llvm::ArrayRef<mlir::Attribute> epilogue;
  mlir::func::FuncOp epilogueKernel;
  LinearOperands operands;
  mlir::VectorType vectorType;
};

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_LINEARTILE_H
