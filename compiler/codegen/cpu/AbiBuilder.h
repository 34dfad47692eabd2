//===- AbiBuilder.h - the C side of generated functions ---------*- C++ -*-===//
//
// What the functions of abi.h need beyond loops: fields of C structs, memory behind C pointers as memrefs, and the
// floating-point environment.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_CPU_ABIBUILDER_H
#define NNC_COMPILER_CODEGEN_CPU_ABIBUILDER_H

#include "compiler/codegen/CpuTarget.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nnc::codegen {

/// Loads a `type` from `offset` bytes behind the !llvm.ptr `base`.
mlir::Value loadField(mlir::ImplicitLocOpBuilder &b, mlir::Value base, int64_t offset, mlir::Type type);

/// The memory at the !llvm.ptr `pointer` as a memref<?xi8>. Its extent is not known and not to be asked for.
mlir::Value bytesAt(mlir::ImplicitLocOpBuilder &b, mlir::Value pointer);

/// Sets round to nearest, subnormals kept, no traps; returns what leaveFloatEnvironment needs to restore the caller's.
mlir::Value enterFloatEnvironment(mlir::ImplicitLocOpBuilder &b, const CpuLevel &level);
void leaveFloatEnvironment(mlir::ImplicitLocOpBuilder &b, const CpuLevel &level, mlir::Value saved);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_ABIBUILDER_H
