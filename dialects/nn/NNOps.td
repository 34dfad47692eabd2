//===- NNOps.td - operations of the nn dialect --------------*- tablegen -*-===//

#ifndef NNC_DIALECTS_NN_NNOPS_TD
#define NNC_DIALECTS_NN_NNOPS_TD

include "dialects/nn/NNActivations.td"
include "dialects/nn/NNTypes.td"
include "mlir/Interfaces/InferTypeOpInterface.td"

def NN_ParameterOp : NN_Op<"parameter"> {
  let summary = "a trained tensor, found in the weights by its name";
  let description = [{
    The name is the one the weights file uses, as in PyTorch's `state_dict()`. The same name twice is the same
    parameter and then has the same type.

    ```mlir
    %w = nn.parameter "fc.weight" : tensor<5x64xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name);
  let results = (outs NN_Weight:$result);
  let assemblyFormat = "$name attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def NN_FlattenOp : NN_Op<"flatten", [InferTypeOpAdaptor]> {
  let summary = "merges the dimensions start_dim to end_dim into one";
  let description = [{
    A negative dimension counts from the end. The elements stay where they are, so it costs nothing. The open batch is
    merged with nothing.

    ```mlir
    %0 = nn.flatten %x {start_dim = 1 : i64, end_dim = -1 : i64} : (tensor<?x28x28xf32>) -> tensor<?x784xf32>
    ```
  }];
  let arguments = (ins NN_Activation:$input,
                       DefaultValuedAttr<I64Attr, "1">:$start_dim,
                       DefaultValuedAttr<I64Attr, "-1">:$end_dim);
  let results = (outs NN_Activation:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def NN_LinearOp : NN_Op<"linear", [InferTypeOpAdaptor]> {
  let summary = "x W^T + b over the last dimension, then the epilogue";
  let description = [{
    The weight is (out, in), the bias (out), as in PyTorch. Each output is one chain of fused multiply-adds that starts
    from the bias (+0 without one) and takes the inputs in ascending order. The `epilogue` lists element functions
    applied to it in turn before the one store; only the compiler writes it.

    ```mlir
    %1 = nn.linear %x, %w, %b {epilogue = [#nn.relu]}
        : (tensor<?x784xf32>, tensor<512x784xf32>, tensor<512xf32>) -> tensor<?x512xf32>
    ```
  }];
  let arguments = (ins NN_Activation:$input, NN_Weight:$weight, Optional<NN_Weight>:$bias,
                       OptionalAttr<TypedArrayAttrBase<NN_ElementFunctionAttrInterface,
                                                       "array of element functions">>:$epilogue);
  let results = (outs NN_Activation:$result);
  let assemblyFormat = "$input `,` $weight (`,` $bias^)? attr-dict `:` functional-type(operands, results)";
}

class NN_SoftmaxBase<string mnemonic, string isLogarithm> : NN_Op<mnemonic,
    [SameOperandsAndResultType, DeclareOpInterfaceMethods<NN_SoftmaxOpInterface>]> {
  let arguments = (ins NN_Activation:$input, DefaultValuedAttr<I64Attr, "-1">:$dim);
  let results = (outs NN_Activation:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasVerifier = 1;
  code logarithmDefinition = "bool $cppClass::isLogarithm() { return " # isLogarithm # "; }";
  code definitions = [{
    ::llvm::LogicalResult $cppClass::verify() {
      return checkReducedDim(getLoc(), getOperationName(), getDim(), getType());
    }
    int64_t $cppClass::getNormalizedDim() { return *normalizeDim(getDim(), reducedShape(getType().getShape()).size()); }
  }];
  let extraClassDefinition = definitions # logarithmDefinition;
}

def NN_SoftmaxOp : NN_SoftmaxBase<"softmax", "false"> {
  let summary = "exp(x - max) / sum(exp(x - max)) along one dimension";
  let description = [{
    A negative dimension counts from the end; the default is the last. A scalar counts as one element of one dimension.
    A slice that holds a NaN becomes NaN. The order of the sum is fixed: `compiler/numerics` has it.

    ```mlir
    %3 = nn.softmax %2 {dim = 1 : i64} : tensor<?x10xf32>
    ```
  }];
}

def NN_LogSoftmaxOp : NN_SoftmaxBase<"log_softmax", "true"> {
  let summary = "(x - max) - log(sum(exp(x - max))) along one dimension";
  let description = [{
    The logarithm of `nn.softmax`, with the same sum, also where the softmax itself is 0.

    ```mlir
    %3 = nn.log_softmax %2 {dim = 1 : i64} : tensor<?x10xf32>
    ```
  }];
}

def NN_ArgmaxOp : NN_Op<"argmax", [InferTypeOpAdaptor]> {
  let summary = "index of the largest element along one dimension, which is dropped";
  let description = [{
    The first of equal maxima; the first NaN if there is one. A negative dimension counts from the end; the default is
    the last. A scalar counts as one element of one dimension.

    ```mlir
    %4 = nn.argmax %3 {dim = 1 : i64} : (tensor<?x10xf32>) -> tensor<?xi64>
    ```
  }];
  let arguments = (ins NN_Activation:$input, DefaultValuedAttr<I64Attr, "-1">:$dim);
  let results = (outs NN_Index:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = [{
    /// The dimension, counted from the front.
    int64_t getNormalizedDim();
  }];
}

#endif // NNC_DIALECTS_NN_NNOPS_TD
