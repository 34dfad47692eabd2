//===- Model.h - a whole model in the nn dialect ----------------*- C++ -*-===//
//
// What the stages after the frontend ask of a checked model: its one function, its names and its parameters.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DIALECTS_NN_MODEL_H
#define NNC_DIALECTS_NN_MODEL_H

#include "dialects/nn/NN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace nnc::nn {

/// Attribute of an argument or a result of @forward: its name.
inline constexpr llvm::StringLiteral nameAttribute = "nn.name";
/// Attribute of the module: the version of the format, an i64.
inline constexpr llvm::StringLiteral versionAttribute = "nn.version";
/// Attribute of a checked module: all declared parameters in the order of the text, [{name = ..., type = ...}, ...].
inline constexpr llvm::StringLiteral parametersAttribute = "nn.parameters";

/// The function @forward of `module`, or null.
mlir::func::FuncOp getForward(mlir::ModuleOp module);

/// Whether dimension 0 of every input and result is the open batch.
bool isOpenModel(mlir::func::FuncOp forward);

/// Whether `text` can be a name: UTF-8, as files of weights need it, and no control character, such as the NUL that
/// would end it in C.
bool isNameText(llvm::StringRef text);

/// Names of the inputs and results of a checked model.
llvm::StringRef getInputName(mlir::func::FuncOp forward, unsigned index);
llvm::StringRef getResultName(mlir::func::FuncOp forward, unsigned index);

struct ParameterInfo {
  llvm::StringRef name;
  mlir::RankedTensorType type;
};

/// The parameters of a checked model: declared ones in the order of the text, used or not.
llvm::SmallVector<ParameterInfo> getParameters(mlir::ModuleOp module);
void setParameters(mlir::ModuleOp module, llvm::ArrayRef<ParameterInfo> parameters);

} // namespace nnc::nn

#endif // NNC_DIALECTS_NN_MODEL_H
