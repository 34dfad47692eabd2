//===- Ptx.h - kernels to PTX text ------------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_NVPTX_PTX_H
#define NNC_COMPILER_CODEGEN_NVPTX_PTX_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/Support/Error.h"

namespace nnc::codegen {

/// What PTX is made for: compute capability 8.0, whose cp.async the kernels use, and the version of the language that
/// knows it, 7.0. Every newer GPU and driver runs it.
inline constexpr unsigned ptxArch = 80, ptxVersion = 70;

/// PTX of `kernels`, in the NVVM dialect, which passed nnc-verify-defined-arithmetic and checkPtx. Errors: the
/// translation failed (its diagnostics went to the MLIR context), or what checkPtx found.
llvm::Expected<std::string> emitPtx(mlir::gpu::GPUModuleOp kernels, int optLevel);

/// Refuses PTX whose results ptxas or the GPU could decide: every f32 addition, subtraction, multiplication, fma and
/// division carries `.rn` (ptxas fuses bare ones), nothing flushes subnormals (`.ftz`) or approximates (`.approx`), and
/// nothing outside is called.
llvm::Error checkPtx(llvm::StringRef ptx);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_NVPTX_PTX_H
