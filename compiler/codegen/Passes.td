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

def VerifyDefinedArithmetic : Pass<"nnc-verify-defined-arithmetic", "::mlir::ModuleOp"> {
  let summary = "Refuse what would make results depend on the machine";
  let description = [{
    The last pass over the LLVM dialect. It fails on `fmuladd` (fused or not as the backend likes), on fast-math flags,
    on every operation that becomes a call of something outside the module (library functions, `memcpy`, intrinsics
    that LLVM has no instruction for), and on anything that is not in the LLVM dialect. Intrinsics are allow-listed.
  }];
}

#endif // NNC_COMPILER_CODEGEN_PASSES_TD
