//===- NNInterfaces.td - what element functions share -------*- tablegen -*-===//

#ifndef NNC_DIALECTS_NN_NNINTERFACES_TD
#define NNC_DIALECTS_NN_NNINTERFACES_TD

include "mlir/IR/OpBase.td"

def NN_ElementFunctionAttrInterface : AttrInterface<"ElementFunctionAttrInterface"> {
  let description = [{
    A function applied to each element alone. The attribute names it and carries its constants; what it computes, to
    the last bit, is defined once under that name in `compiler/numerics`.
  }];
  let cppNamespace = "::nnc::nn";
  let methods = [
    InterfaceMethod<"Name of the function in compiler/numerics, which is the operation's name without `nn.`.",
                    "::llvm::StringRef", "getFunction", (ins), [{}], [{ return $_attr.getMnemonic(); }]>,
    InterfaceMethod<"Its constants, in the order in which the operation has them.",
                    "::llvm::SmallVector<float>", "getConstants", (ins), [{}], [{ return {}; }]>,
  ];
}

def NN_ElementwiseOpInterface : OpInterface<"ElementwiseOpInterface"> {
  let description = [{
    An operation with one operand and one result of the same type that applies an element function. The same attribute
    in the epilogue of a linear means the same function, applied before the store.
  }];
  let cppNamespace = "::nnc::nn";
  let methods = [
    InterfaceMethod<"The element function.", "::nnc::nn::ElementFunctionAttrInterface", "getElementFunction">,
  ];
}

def NN_SoftmaxOpInterface : OpInterface<"SoftmaxOpInterface"> {
  let description = [{
    A softmax or its logarithm, along one dimension of its operand, whose type its result has.
  }];
  let cppNamespace = "::nnc::nn";
  let methods = [
    InterfaceMethod<"The dimension, counted from the front.", "int64_t", "getNormalizedDim">,
    InterfaceMethod<"Whether it is the logarithm.", "bool", "isLogarithm">,
  ];
}

#endif // NNC_DIALECTS_NN_NNINTERFACES_TD
