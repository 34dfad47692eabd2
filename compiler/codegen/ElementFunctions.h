//===- ElementFunctions.h - element functions as arith ----------*- C++ -*-===//
//
// The activations of a model inside kernels, the same for every target: vectors on the CPU, scalars on the GPU.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_ELEMENTFUNCTIONS_H
#define NNC_COMPILER_CODEGEN_ELEMENTFUNCTIONS_H

#include "dialects/nn/NN.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nnc::codegen {

/// "_relu", "_leaky_relu_3c23d70a": the function as part of a kernel's name, constants by their bits.
std::string elementFunctionName(nn::ElementFunctionAttrInterface function);

/// `value`, an f32 or a vector of them, after `function`.
mlir::Value applyElementFunction(mlir::ImplicitLocOpBuilder &b, nn::ElementFunctionAttrInterface function,
                                 mlir::Value value);

/// The names and the application of all functions of a linear's epilogue in turn.
std::string epilogueName(llvm::ArrayRef<mlir::Attribute> epilogue);
mlir::Value applyEpilogue(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<mlir::Attribute> epilogue, mlir::Value value);

/// How many operations the functions of `epilogue` are on each element, constants apart.
int64_t countOperations(llvm::ArrayRef<mlir::Attribute> epilogue);

/// The element functions of `linear`'s epilogue.
llvm::ArrayRef<mlir::Attribute> epilogueOf(nn::LinearOp linear);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_ELEMENTFUNCTIONS_H
