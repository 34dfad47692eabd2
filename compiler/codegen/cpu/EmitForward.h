//===- EmitForward.h - a fused forward as loops for one CPU level -*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_CPU_EMITFORWARD_H
#define NNC_COMPILER_CODEGEN_CPU_EMITFORWARD_H

#include "compiler/codegen/CpuVariant.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc::codegen {

/// Emits into `module` the functions of abi.h's nnc_cpu_variant for `forward`, a fused function that passed
/// nn-verify-fused, with the kernels they call: func, scf, memref, vector, arith and math, and llvm for the pointers of
/// the C interface. Every symbol ends in the target's suffix.
CpuVariant emitForward(mlir::func::FuncOp forward, const CpuTarget &target, mlir::ModuleOp module);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_EMITFORWARD_H
