//===- EmitPack.h - the function that packs the weights ---------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_CPU_EMITPACK_H
#define NNC_COMPILER_CODEGEN_CPU_EMITPACK_H

#include "compiler/codegen/ModelPlan.h"
#include "compiler/codegen/cpu/Kernels.h"

namespace nnc::codegen {

/// Emits `name`: (parameters: !llvm.ptr, packed: !llvm.ptr), abi.h's `pack`. Every element that is read is written.
mlir::func::FuncOp emitPack(const ModelPlan &plan, KernelLibrary &kernels, mlir::ModuleOp module, llvm::StringRef name,
                            mlir::Location loc);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_EMITPACK_H
