//===- Pieces.h - loops over vectors and what is left over ------*- C++ -*-===//
//
// A dimension whose extent is known goes in pieces of one vector; what fills none is a piece under a mask.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_CPU_PIECES_H
#define NNC_COMPILER_CODEGEN_CPU_PIECES_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nnc::codegen {

mlir::Value constantIndex(mlir::ImplicitLocOpBuilder &b, int64_t value);

/// for `i` = from, from + step, ... < to, carrying `start`: body(i, carried) -> next. Returns what is carried last.
llvm::SmallVector<mlir::Value>
emitLoop(mlir::ImplicitLocOpBuilder &b, mlir::Value from, mlir::Value to, mlir::Value step, mlir::ValueRange start,
         llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)> body);

/// The same with nothing carried.
void emitLoop(mlir::ImplicitLocOpBuilder &b, mlir::Value from, mlir::Value to, mlir::Value step,
              llvm::function_ref<void(mlir::Value)> body);

/// And from 0 by 1.
void emitLoop(mlir::ImplicitLocOpBuilder &b, mlir::Value to, llvm::function_ref<void(mlir::Value)> body);

/// Elements [first, first + count) of a dimension.
struct Piece {
  mlir::Value first;
  int64_t count;
};

/// The `extent` elements of a dimension in ascending order, carrying `start`: body(pieces, carried) -> next with
/// `together` pieces of `width` elements at a time, then with those that are left, the last of fewer elements. Returns
/// what is carried last.
llvm::SmallVector<mlir::Value>
forEachPiece(mlir::ImplicitLocOpBuilder &b, int64_t extent, int64_t width, int64_t together, mlir::ValueRange start,
             llvm::function_ref<llvm::SmallVector<mlir::Value>(llvm::ArrayRef<Piece>, mlir::ValueRange)> body);

/// The first `count` elements of the vector `type` at `indices`; the others are `padding` and are not read.
mlir::Value loadPiece(mlir::ImplicitLocOpBuilder &b, mlir::VectorType type, mlir::Value from, mlir::ValueRange indices,
                      int64_t count, float padding);

/// Writes the first `count` elements of `value` to `indices`.
void storePiece(mlir::ImplicitLocOpBuilder &b, mlir::Value value, mlir::Value to, mlir::ValueRange indices,
                int64_t count);

/// All lanes of `value` as one: combine(first half, second half), and so on down to one lane.
mlir::Value reduceHalves(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                         llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> combine);

/// Row i of the square matrix of vectors `rows` becomes lane i of the results.
llvm::SmallVector<mlir::Value> transpose(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<mlir::Value> rows);

/// Whether any lane of the vector of i1 `mask` is set.
mlir::Value anyLane(mlir::ImplicitLocOpBuilder &b, mlir::Value mask);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_PIECES_H
