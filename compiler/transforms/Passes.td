//===- Passes.td - passes on the nn dialect -----------------*- tablegen -*-===//

#ifndef NNC_COMPILER_TRANSFORMS_PASSES_TD
#define NNC_COMPILER_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def NNFuseLinearEpilogue : Pass<"nn-fuse-linear-epilogue", "::mlir::func::FuncOp"> {
  let summary = "Move element functions into the epilogue of the linear before them";
  let description = [{
    An elementwise operation whose operand is a linear without another user becomes the last entry of that linear's
    `epilogue`, and so on for the next. The values are the same; they are stored once instead of twice.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def NNVerifyFused : Pass<"nn-verify-fused", "::mlir::ModuleOp"> {
  let summary = "Verify what code generation may assume";
  let description = [{
    The last pass over the nn dialect. Afterwards
    - the module has one function `@forward` with one block of parameter, flatten, linear, elementwise, softmax,
      log_softmax and argmax operations and a return;
    - every weight and bias of a linear is the result of a parameter;
    - every parameter is in the module's list `nn.parameters`, with its type;
    - every element function, of an operation or in an epilogue, is one that `compiler/numerics` defines;
    - in an open model every value that depends on an input has the batch as dimension 0.
  }];
}

#endif // NNC_COMPILER_TRANSFORMS_PASSES_TD
