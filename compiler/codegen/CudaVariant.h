//===- CudaVariant.h - the GPU variant of a model in its module -*- C++ -*-===//
//
// nn-to-cuda-kernels leaves what the model table must say of the launches in the module's attribute `nn.cuda_variant`,
// from which the table is made when the host's functions are LLVM IR. Fields mean what abi.h says under the same names.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_CUDAVARIANT_H
#define NNC_COMPILER_CODEGEN_CUDAVARIANT_H

#include "mlir/IR/BuiltinOps.h"

#include <optional>

namespace nnc::codegen {

struct CudaArgument {
  int64_t kind = 0, index = 0, offset = 0, scale = 0;
};

struct CudaLaunch {
  std::string kernel; ///< its name
  int64_t threads = 0;
  int64_t rows = 0, rowsPerSample = 0, rowsPerBlock = 0, gridY = 0;
  std::vector<CudaArgument> arguments;
};

struct CudaSchedule {
  int64_t maxSamples = 0;
  std::vector<CudaLaunch> launches;
};

/// What ends the name of every host function that belongs to GPU code.
inline constexpr llvm::StringLiteral cudaHostSuffix = "_cuda";

/// Sizes are bytes.
struct CudaVariant {
  std::vector<CudaSchedule> schedules;
  int64_t packedSize = 0;
  int64_t workspaceSize = 0, workspaceSizePerSample = 0;
  std::string pack; ///< symbol of a host function
};

/// PTX or a cubin; `bytes` of PTX without the zero behind it.
struct CudaImage {
  uint32_t kind = 0;
  uint32_t arch = 0;
  uint32_t ptxVersion = 0;
  std::string bytes;
};

void setCudaVariant(mlir::ModuleOp module, const CudaVariant &variant);
/// Nothing for a model without GPU code.
std::optional<CudaVariant> getCudaVariant(mlir::ModuleOp module);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CUDAVARIANT_H
