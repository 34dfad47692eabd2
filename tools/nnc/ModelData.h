//===- ModelData.h - weights and inputs for the interpreter -----*- C++ -*-===//

#ifndef NNC_TOOLS_NNC_MODELDATA_H
#define NNC_TOOLS_NNC_MODELDATA_H

#include "compiler/interpreter/Interpreter.h"

#include "nnc/Model.h"
#include "nnc/Weights.h"

namespace nnc {

/// A tensor of the one half as one of the other.
interpreter::Tensor toInterpreter(const Tensor &tensor);
Tensor toRuntime(const interpreter::Tensor &tensor);

/// The inputs or parameters of a checked model as the runtime describes them.
std::vector<TensorInfo> describeInputs(mlir::func::FuncOp forward);
std::vector<TensorInfo> describeParameters(mlir::func::FuncOp forward);

/// Prints "nnc: error: ..." and returns the exit code that fits.
int report(const Error &error);

/// The parameters of a checked model from the .safetensors file `path`, which may be empty if there are none. Errors:
/// all that the runtime refuses when it loads weights.
Result<llvm::StringMap<interpreter::Tensor>> readParameters(mlir::func::FuncOp forward, const std::string &path);

} // namespace nnc

#endif // NNC_TOOLS_NNC_MODELDATA_H
