//===- ModelTable.h - the tables of abi.h as LLVM constants -----*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_MODELTABLE_H
#define NNC_COMPILER_CODEGEN_MODELTABLE_H

#include "compiler/codegen/CpuVariant.h"
#include "compiler/codegen/CudaVariant.h"

#include "nnc/abi.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/IR/Module.h"

#include <optional>

namespace nnc::codegen {

/// An input, an output or a parameter; abi.h's nnc_tensor_info.
struct TensorDescription {
  std::string name;
  nnc_dtype dtype;
  std::vector<int64_t> shape; ///< -1 for the batch
};

/// What the table says of the model itself, whatever it runs on.
struct ModelDescription {
  std::string name;
  std::vector<TensorDescription> inputs, outputs, parameters;
  bool open = false;
  uint64_t flopsPerSample = 0;
};

/// The code of a model: what the table says of each of its variants.
struct ModelCode {
  std::vector<CpuVariant> cpu;
  std::optional<CudaVariant> cuda;
  std::vector<CudaImage> cudaImages; ///< in the order in which they are tried
};

/// What the table says of this compilation.
struct TableOptions {
  std::string compiler;    ///< "nnc 0.1.0, LLVM 22.1.8"
  std::string options;     ///< a JSON object
  std::string target;      ///< a JSON object
  std::string querySymbol; ///< name of the exported function
  llvm::StringRef weights; ///< bytes of a .safetensors file to embed, or empty
};

/// Describes `forward`, fused or not.
ModelDescription describeModel(mlir::func::FuncOp forward);

/// Adds to `module`, which has the functions of `code`, the table, the exported query function and the note section
/// with its digest still zero. Everything else becomes internal.
void addModelTable(llvm::Module &module, const ModelDescription &model, const ModelCode &code,
                   const TableOptions &options);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_MODELTABLE_H
