//===- NNActivations.td - operations on each element --------*- tablegen -*-===//
//
// Each activation is an operation and the attribute that stands for it in an epilogue. Names, constants and defaults are
// those of torch.nn; what each computes, to the last bit, is in compiler/numerics.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DIALECTS_NN_NNACTIVATIONS_TD
#define NNC_DIALECTS_NN_NNACTIVATIONS_TD

include "dialects/nn/NNAttributes.td"
include "dialects/nn/NNTypes.td"
include "mlir/Interfaces/InferTypeOpInterface.td"

/// An operation that applies the element function `function` and has its constants as attributes.
class NN_ElementwiseOp<string mnemonic, NN_ElementFunctionAttr function, bit isIdempotent, bit isConstrained>
    : NN_Op<mnemonic, [SameOperandsAndResultType, DeclareOpInterfaceMethods<NN_ElementwiseOpInterface>]> {
  let arguments = !con((ins NN_Activation:$input),
                       !dag(ins, !foreach(constant, function.constants, constant.type),
                            !foreach(constant, function.constants, constant.name)));
  let results = (outs NN_Activation:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasFolder = isIdempotent;
  let hasVerifier = isConstrained;

  string constants = !foldl("", function.constants, text, constant, text # ", " # constant.attributeGetter);
  code functionDefinition = [{
    ::nnc::nn::ElementFunctionAttrInterface $cppClass::getElementFunction() {
      return }] # function.cppClassName # "::get(getContext()" # constants # [{);
    }
  }];
  code foldDefinition = [{
    ::mlir::OpFoldResult $cppClass::fold(FoldAdaptor) { return foldIdempotent(*this); }
  }];
  code verifierDefinition = [{
    ::llvm::LogicalResult $cppClass::verify() {
      return }] # function.cppClassName # "::verify([&] { return emitOpError(); }" # constants # [{);
    }
  }];
  let extraClassDefinition = functionDefinition # !if(isIdempotent, foldDefinition, "") #
                             !if(isConstrained, verifierDefinition, "");
}

/// The attribute and the operation of one activation. An idempotent one, applied to its own result, is dropped; a
/// constrained one refuses some constants, by the attribute's `verify`.
multiclass NN_ElementFunction<string className, string mnemonic, list<NN_Constant> constants, string opSummary,
                              string opDescription, bit idempotent = 0, bit constrained = 0> {
  def Attr : NN_F32FunctionAttr<className, mnemonic, constants> {
    let genVerifyDecl = constrained;
  }
  def Op : NN_ElementwiseOp<mnemonic, !cast<NN_F32FunctionAttr>(NAME # "Attr"), idempotent, constrained> {
    let summary = opSummary;
    let description = opDescription;
  }
}

//===----------------------------------------------------------------------===//
// Of pieces that are straight lines
//===----------------------------------------------------------------------===//

defm NN_Relu : NN_ElementFunction<"Relu", "relu", [], "x < 0 ? 0 : x", [{
    NaN stays NaN and -0 stays -0.

    ```mlir
    %2 = nn.relu %1 : tensor<?x512xf32>
    ```
  }], idempotent = 1>;

defm NN_Relu6 : NN_ElementFunction<"Relu6", "relu6", [], "min(max(x, 0), 6)", [{
    NaN stays NaN and -0 stays -0.

    ```mlir
    %2 = nn.relu6 %1 : tensor<?x512xf32>
    ```
  }], idempotent = 1>;

defm NN_LeakyRelu : NN_ElementFunction<"LeakyRelu", "leaky_relu",
    [NN_DefaultConstant<"negative_slope", "getNegativeSlope", "0.01f">], "x > 0 ? x : negative_slope x", [{
    ```mlir
    %2 = nn.leaky_relu %1 {negative_slope = 0.2 : f32} : tensor<?x512xf32>
    ```
  }]>;

defm NN_Hardtanh : NN_ElementFunction<"Hardtanh", "hardtanh",
    [NN_DefaultConstant<"min_val", "getMinVal", "-1.0f">, NN_DefaultConstant<"max_val", "getMaxVal", "1.0f">],
    "min(max(x, min_val), max_val)", [{
    `min_val` is less than `max_val`. NaN stays NaN; a zero keeps its sign, also where a bound is the other zero.

    ```mlir
    %2 = nn.hardtanh %1 {min_val = -2.0 : f32, max_val = 2.0 : f32} : tensor<?x512xf32>
    ```
  }], idempotent = 1, constrained = 1>;

defm NN_Hardsigmoid : NN_ElementFunction<"Hardsigmoid", "hardsigmoid", [], "min(max(x + 3, 0), 6) / 6", [{
    ```mlir
    %2 = nn.hardsigmoid %1 : tensor<?x512xf32>
    ```
  }]>;

defm NN_Hardswish : NN_ElementFunction<"Hardswish", "hardswish", [], "x hardsigmoid(x)", [{
    NaN for -inf.

    ```mlir
    %2 = nn.hardswish %1 : tensor<?x512xf32>
    ```
  }]>;

defm NN_Hardshrink : NN_ElementFunction<"Hardshrink", "hardshrink",
    [NN_DefaultConstant<"lambd", "getLambd", "0.5f">], "-lambd <= x <= lambd ? 0 : x", [{
    NaN stays NaN.

    ```mlir
    %2 = nn.hardshrink %1 {lambd = 0.25 : f32} : tensor<?x512xf32>
    ```
  }], idempotent = 1>;

defm NN_Softshrink : NN_ElementFunction<"Softshrink", "softshrink",
    [NN_DefaultConstant<"lambd", "getLambd", "0.5f">], "x > lambd ? x - lambd : x < -lambd ? x + lambd : 0", [{
    `lambd` is finite and at least 0. NaN stays NaN.

    ```mlir
    %2 = nn.softshrink %1 {lambd = 0.25 : f32} : tensor<?x512xf32>
    ```
  }], constrained = 1>;

defm NN_Threshold : NN_ElementFunction<"Threshold", "threshold",
    [NN_F32Constant<"threshold", "getThreshold">, NN_F32Constant<"value", "getValue">],
    "x <= threshold ? value : x", [{
    NaN stays NaN.

    ```mlir
    %2 = nn.threshold %1 {threshold = 0.1 : f32, value = 20.0 : f32} : tensor<?x512xf32>
    ```
  }], idempotent = 1>;

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

defm NN_Softsign : NN_ElementFunction<"Softsign", "softsign", [], "x / (1 + |x|)", [{
    NaN for the infinities.

    ```mlir
    %2 = nn.softsign %1 : tensor<?x512xf32>
    ```
  }]>;

#endif // NNC_DIALECTS_NN_NNACTIVATIONS_TD
