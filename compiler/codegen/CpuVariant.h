//===- CpuVariant.h - one variant of a model in its module ------*- C++ -*-===//
//
// nn-to-cpu-loops leaves what the model table must say of each variant in the module's attribute `nn.cpu_variants`,
// from which the table is made when the functions are LLVM IR.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_CPUVARIANT_H
#define NNC_COMPILER_CODEGEN_CPUVARIANT_H

#include "compiler/codegen/CpuTarget.h"

#include "mlir/IR/BuiltinOps.h"

namespace nnc::codegen {

/// Sizes and alignments are bytes.
struct CpuVariant {
  const CpuLevel *level = nullptr;
  std::string tuneCpu;
  int64_t packedSize = 0;
  int64_t workspaceSize = 0; ///< shared by the parts, and once more for each part
  int64_t alignment = 64;
  std::string pack, phases, runPart; ///< symbols
};

void setCpuVariants(mlir::ModuleOp module, llvm::ArrayRef<CpuVariant> variants);
/// None for a model without CPU code.
std::vector<CpuVariant> getCpuVariants(mlir::ModuleOp module);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPUVARIANT_H
