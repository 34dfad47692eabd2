//===- Passes.td - passes of code generation ----------------*- tablegen -*-===//

#ifndef NNC_COMPILER_CODEGEN_PASSES_TD
#define NNC_COMPILER_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

def NNToCpuLoops : Pass<"nn-to-cpu-loops", "::mlir::ModuleOp"> {
  let summary = "Lower a fused forward to loops and vectors for CPU levels";
  let description = [{
    Replaces `@forward`, which `nn-verify-fused` let through, by the functions that `abi.h` describes, once for each
    level: `pack_<level>`, `phases_<level>` and `run_part_<level>`, with the kernels they call. How values are laid out
    is decided in `cpu/Plan.h`; the loops of each operation are in its kernel file.
  }];
  let options = [
    Option<"cpus", "cpus", "std::string", "\"native\"", "levels to generate code for, as nnc's -mcpu takes them">,
    Option<"triple", "triple", "std::string", "\"\"", "target triple; empty means the host's">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def NNToCudaKernels : Pass<"nn-to-cuda-kernels", "::mlir::ModuleOp"> {
  let summary = "Lower a fused forward to kernels for NVIDIA GPUs";
  let description = [{
    Adds, for `@forward`, which `nn-verify-fused` let through, a `gpu.module @cuda_kernels`, the host function
    `@pack_cuda`, and the attribute `nn.cuda_variant`, which says what to launch in which order (`abi.h`). Where values
    lie is decided in `nvptx/CudaPlan.h`; each operation's kernel has a file of its own.
  }];
  let options = [
    Option<"triple", "triple", "std::string", "\"\"", "target triple of the host; empty means this one">,
    Option<"keepForward", "keep-forward", "bool", "false", "leave @forward for another target">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::gpu::GPUDialect",
                           "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::NVVM::NVVMDialect", "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

def VerifyDefinedArithmetic : Pass<"nnc-verify-defined-arithmetic"> {
  let summary = "Refuse what would make results depend on the machine";
  let description = [{
    The last pass over the LLVM dialect, of a host module or of a gpu.module. It fails on `fmuladd` (fused or not as the backend likes), on fast-math flags,
    on every operation that becomes a call of something outside the module (library functions, `memcpy`, intrinsics
    that LLVM has no instruction for), and on anything that is not in the LLVM dialect. Intrinsics are allow-listed.
  }];
}

#endif // NNC_COMPILER_CODEGEN_PASSES_TD
