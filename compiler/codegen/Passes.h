//===- Passes.h - passes and pipelines of code generation -------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_PASSES_H
#define NNC_COMPILER_CODEGEN_PASSES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

namespace nnc::codegen {

#define GEN_PASS_DECL
#include "compiler/codegen/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/codegen/Passes.h.inc"

/// Appends the passes that take the loops of nn-to-cpu-loops to the LLVM dialect, ending with
/// nnc-verify-defined-arithmetic. Registered as `nnc-cpu-to-llvm`. With `debugInfo` every function gets line tables
/// that point into the model's text.
void buildCpuToLLVMPipeline(mlir::OpPassManager &pm, bool debugInfo = false);

/// Appends the passes that take the gpu.module of nn-to-cuda-kernels to the NVVM dialect, ending with
/// nnc-verify-defined-arithmetic. Registered as `nnc-cuda-to-nvvm`.
void buildCudaToNVVMPipeline(mlir::OpPassManager &pm);

/// Makes the pipelines above known to the command line of an opt tool.
void registerPipelines();

/// The dialects that code generation passes through.
void registerDialects(mlir::DialectRegistry &registry);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_PASSES_H
