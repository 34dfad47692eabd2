//===- CudaTarget.h - the GPUs machine code can be made for -----*- C++ -*-===//
//
// PTX runs on every GPU from compute capability 8.0 up; machine code for some of them beside it saves the driver the
// work of compiling it at the first load.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_CUDATARGET_H
#define NNC_COMPILER_CODEGEN_CUDATARGET_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace nnc::codegen {

/// Compute capabilities (80 is 8.0) for the --cuda-arch value `archs`, "sm_80,sm_90", highest first and each once.
/// Errors: an unknown name (with the known ones).
llvm::Expected<std::vector<unsigned>> parseCudaArchs(llvm::StringRef archs);

/// Machine code of `ptx` for compute capability `arch`, by the program `ptxas`. Errors: it cannot be run, or refuses.
llvm::Expected<std::string> assembleCubin(llvm::StringRef ptxas, llvm::StringRef ptx, unsigned arch);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CUDATARGET_H
