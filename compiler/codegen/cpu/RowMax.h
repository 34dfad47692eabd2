//===- RowMax.h - the largest element of a row ------------------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_CPU_ROWMAX_H
#define NNC_COMPILER_CODEGEN_CPU_ROWMAX_H

#include "compiler/codegen/cpu/Pieces.h"

namespace nnc::codegen {

/// The maximum of `extent` elements by numerics::softmaxMax, NaN if there is one, in all lanes of `type`. `atOnce`
/// pieces are on their way together; `load` makes a vector of one, with -inf for what it does not have.
mlir::Value emitRowMax(mlir::ImplicitLocOpBuilder &b, mlir::VectorType type, int64_t extent, int64_t atOnce,
                       llvm::function_ref<mlir::Value(Piece)> load);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_ROWMAX_H
