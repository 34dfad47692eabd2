//===- EmitKernels.h - a fused forward as kernels and launches --*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_NVPTX_EMITKERNELS_H
#define NNC_COMPILER_CODEGEN_NVPTX_EMITKERNELS_H

#include "compiler/codegen/CpuTarget.h"
#include "compiler/codegen/CudaVariant.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc::codegen {

/// Emits the kernels of `forward`, which passed nn-verify-fused, into a gpu.module of `module`, and the host function
/// that packs its weights, on a CPU of at least `host`, into `module` itself. Returns what the model table must say of
/// them.
CudaVariant emitKernels(mlir::func::FuncOp forward, const CpuLevel &host, mlir::ModuleOp module);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_NVPTX_EMITKERNELS_H
