//===- EmitPack.h - the function that packs the weights ---------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_CPU_EMITPACK_H
#define NNC_COMPILER_CODEGEN_CPU_EMITPACK_H

#include "compiler/codegen/cpu/Plan.h"

namespace nnc::codegen {

/// Emits (parameters: !llvm.ptr, packed: !llvm.ptr), abi.h's `pack`: every byte of the packed weights is written.
mlir::func::FuncOp emitPack(const Plan &plan, mlir::ModuleOp module, llvm::StringRef symbolSuffix, mlir::Location loc);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_EMITPACK_H
