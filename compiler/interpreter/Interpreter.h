//===- Interpreter.h - the nn dialect executed plainly ----------*- C++ -*-===//
//
// The oracle of the tests and of `nnc --verify`: the naive loops of the definitions in compiler/numerics, and nothing
// clever. Runs a checked model, fused or not.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_INTERPRETER_INTERPRETER_H
#define NNC_COMPILER_INTERPRETER_INTERPRETER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"

#include <vector>

namespace nnc::interpreter {

/// Elements in row-major order, in the vector of their type.
struct Tensor {
  std::vector<int64_t> shape;
  std::vector<float> f32;
  std::vector<int64_t> i64;

  int64_t size() const;
};

/// Sees every value that is computed, the inputs and parameters included, in order.
using Trace = llvm::function_ref<void(mlir::Value, const Tensor &)>;

/// Runs `forward` on `inputs`. In an open model they agree on dimension 0. Errors, as diagnostics: the number or shape
/// of the inputs does not fit, a parameter is missing or has another shape.
mlir::FailureOr<std::vector<Tensor>> interpret(mlir::func::FuncOp forward, llvm::ArrayRef<Tensor> inputs,
                                               const llvm::StringMap<Tensor> &parameters, Trace trace = nullptr);

} // namespace nnc::interpreter

#endif // NNC_COMPILER_INTERPRETER_INTERPRETER_H
