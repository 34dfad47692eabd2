//===- FmaChain.h - the loop over k of a tile -------------------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_CPU_FMACHAIN_H
#define NNC_COMPILER_CODEGEN_CPU_FMACHAIN_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <functional>

namespace nnc::codegen {

/// Some rows of x times some vectors of columns.
struct FmaChain {
  int64_t rows;
  size_t vectors;
  mlir::VectorType type;
  int64_t unroll;                                                      ///< steps of k taken together
  llvm::function_ref<mlir::Value(int64_t row, mlir::Value k)> loadRow; ///< x[row][k]
  llvm::function_ref<mlir::Value(size_t vector, mlir::Value k)> loadWeight;
  llvm::function_ref<void(mlir::Value k)> prefetch; ///< asks for memory that is needed later; may be null
};

/// Loads x[row + r][k], for r < `rows`, from where it lies.
std::function<mlir::Value(int64_t r, mlir::Value k)> rowsOf(mlir::ImplicitLocOpBuilder &b, mlir::Value x,
                                                            mlir::Value row, int64_t rows);

/// acc = fma(x[r][k], w[k][v], acc) for k = from, from + 1, ... to - 1 in that order, one accumulator for each
/// row r and vector v, row by row, beginning with `start`. They are loop-carried, so they stay in registers.
llvm::SmallVector<mlir::Value> emitFmaChain(mlir::ImplicitLocOpBuilder &b, const FmaChain &chain, mlir::Value from,
                                            mlir::Value to, llvm::ArrayRef<mlir::Value> start);

/// Some columns of as many rows of x as a vector has lanes, for which they are few: a row is a lane.
struct RowLanesChain {
  mlir::VectorType type;
  mlir::Value x, row;                                                        ///< x[row] is the first lane
  llvm::function_ref<mlir::Value(int64_t column, mlir::Value k)> loadWeight; ///< one element
};

/// acc = fma(x[..][k], w[k][column], acc) for k = 0, 1, ... in - 1 in that order, one accumulator for each column,
/// beginning with `start`.
llvm::SmallVector<mlir::Value> emitRowLanesChain(mlir::ImplicitLocOpBuilder &b, const RowLanesChain &chain,
                                                 mlir::Value in, llvm::ArrayRef<mlir::Value> start);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_FMACHAIN_H
