//===- CudaTable.h - the GPU variant in the model table ---------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_CUDATABLE_H
#define NNC_COMPILER_CODEGEN_CUDATABLE_H

#include "compiler/codegen/CudaVariant.h"
#include "compiler/codegen/TableBuilder.h"

namespace nnc::codegen {

/// The nnc_cuda_variant of `variant`, whose host function is in the builder's module.
llvm::Constant *cudaVariantRecord(TableBuilder &b, const CudaVariant &variant, llvm::ArrayRef<CudaImage> images);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CUDATABLE_H
