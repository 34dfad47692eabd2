//===- NN.h - the nn dialect ------------------------------------*- C++ -*-===//
//
// The operations, attributes and interfaces of the nn dialect. What they mean stands in NNOps.td, the format of a whole
// model in README.md beside this file.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DIALECTS_NN_NN_H
#define NNC_DIALECTS_NN_NN_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace nnc::nn {

/// Whether every extent is at least 1, or open in dimension 0, and the tensor has no encoding.
bool hasActivationShape(mlir::RankedTensorType type);

/// `dim` counted from the front, or nothing when it is not in [-rank, rank).
std::optional<int64_t> normalizeDim(int64_t dim, int64_t rank);

/// The shape along which a softmax or argmax of `shape` goes: as in PyTorch a scalar counts as one element of one
/// dimension there.
llvm::ArrayRef<int64_t> reducedShape(llvm::ArrayRef<int64_t> shape);

} // namespace nnc::nn

#include "dialects/nn/NNAttrInterfaces.h.inc"
#include "dialects/nn/NNDialect.h.inc"
#include "dialects/nn/NNOpInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/nn/NNAttributes.h.inc"

#define GET_OP_CLASSES
#include "dialects/nn/NNOps.h.inc"

#endif // NNC_DIALECTS_NN_NN_H
