//===- FmaChain.h - the loop over k of a tile -------------------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_CPU_FMACHAIN_H
#define NNC_COMPILER_CODEGEN_CPU_FMACHAIN_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nnc::codegen {

/// Some rows of x times some vectors of columns.
struct FmaChain {
  mlir::Value x;   ///< memref<?x?xf32>
  mlir::Value row; ///< the first one
  int64_t rows;
  size_t vectors;
  mlir::VectorType type;
  int64_t unroll; ///< steps of k taken together
  llvm::function_ref<mlir::Value(size_t vector, mlir::Value k)> loadWeight;
  llvm::function_ref<void(mlir::Value k)> prefetch; ///< asks for memory that is needed later; may be null
};

/// acc = fma(x[row + r][k], w[k][v], acc) for k = from, from + 1, ... to - 1 in that order, one accumulator for each
/// row r and vector v, row by row, beginning with `start`. They are loop-carried, so they stay in registers.
llvm::SmallVector<mlir::Value> emitFmaChain(mlir::ImplicitLocOpBuilder &b, const FmaChain &chain, mlir::Value from,
                                            mlir::Value to, llvm::ArrayRef<mlir::Value> start);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_FMACHAIN_H
