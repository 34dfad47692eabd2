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
// Of a few operations
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

defm NN_Softsign : NN_ElementFunction<"Softsign", "softsign", [], "x / (1 + |x|)", [{
    NaN for the infinities.

    ```mlir
    %2 = nn.softsign %1 : tensor<?x512xf32>
    ```
  }]>;

//===----------------------------------------------------------------------===//
// Of exponentials
//===----------------------------------------------------------------------===//

defm NN_Celu : NN_ElementFunction<"Celu", "celu", [NN_DefaultConstant<"alpha", "getAlpha", "1.0f">],
    "x < 0 ? alpha (exp(x / alpha) - 1) : x", [{
    `alpha` is not 0.

    ```mlir
    %2 = nn.celu %1 {alpha = 2.0 : f32} : tensor<?x512xf32>
    ```
  }], constrained = 1>;

defm NN_Elu : NN_ElementFunction<"Elu", "elu", [NN_DefaultConstant<"alpha", "getAlpha", "1.0f">],
    "x < 0 ? alpha (exp(x) - 1) : x", [{
    ```mlir
    %2 = nn.elu %1 {alpha = 0.5 : f32} : tensor<?x512xf32>
    ```
  }]>;

def NN_GeluAttr : NN_ElementFunctionAttr<"Gelu", "gelu", [NN_Constant<"approximate",
    DefaultValuedStrAttr<StrAttr, "none">, StringRefParameter<"none or tanh">, "getApproximate">], ["getFunction"]> {
  let genVerifyDecl = 1;
  let extraClassDefinition = [{
    ::llvm::StringRef $cppClass::getFunction() const { return getApproximate() == "tanh" ? "gelu_tanh" : "gelu"; }
  }];
}

def NN_GeluOp : NN_ElementwiseOp<"gelu", NN_GeluAttr, /*isIdempotent=*/0, /*isConstrained=*/1> {
  let summary = "x times the distribution function of the normal distribution";
  let description = [{
    That is x (1 + erf(x / sqrt(2))) / 2. With `approximate = "tanh"` it is x (1 + tanh(u)) / 2, where u = sqrt(2 / pi)
    (x + 0.044715 x^3). NaN for -inf.

    ```mlir
    %2 = nn.gelu %1 {approximate = "tanh"} : tensor<?x512xf32>
    ```
  }];
}

defm NN_Logsigmoid : NN_ElementFunction<"Logsigmoid", "logsigmoid", [],
    "log(sigmoid(x))", [{
    ```mlir
    %2 = nn.logsigmoid %1 : tensor<?x512xf32>
    ```
  }]>;

defm NN_Mish : NN_ElementFunction<"Mish", "mish", [],
    "x tanh(softplus(x))", [{
    NaN for -inf.

    ```mlir
    %2 = nn.mish %1 : tensor<?x512xf32>
    ```
  }]>;

defm NN_Selu : NN_ElementFunction<"Selu", "selu", [],
    "scale (x < 0 ? alpha (exp(x) - 1) : x)", [{
    `alpha` is 1.6732632423543772 and `scale` 1.0507009873554805, the constants of the self-normalising networks.

    ```mlir
    %2 = nn.selu %1 : tensor<?x512xf32>
    ```
  }]>;

defm NN_Sigmoid : NN_ElementFunction<"Sigmoid", "sigmoid", [],
    "1 / (1 + exp(-x))", [{
    ```mlir
    %2 = nn.sigmoid %1 : tensor<?x512xf32>
    ```
  }]>;

defm NN_Silu : NN_ElementFunction<"Silu", "silu", [],
    "x sigmoid(x)", [{
    NaN for -inf.

    ```mlir
    %2 = nn.silu %1 : tensor<?x512xf32>
    ```
  }]>;

defm NN_Softplus : NN_ElementFunction<"Softplus", "softplus", [NN_DefaultConstant<"beta", "getBeta", "1.0f">, NN_DefaultConstant<"threshold", "getThreshold", "20.0f">],
    "beta x > threshold ? x : log(1 + exp(beta x)) / beta", [{
    ```mlir
    %2 = nn.softplus %1 {beta = 2.0 : f32, threshold = 30.0 : f32} : tensor<?x512xf32>
    ```
  }]>;

defm NN_Tanh : NN_ElementFunction<"Tanh", "tanh", [],
    "the hyperbolic tangent", [{
    ```mlir
    %2 = nn.tanh %1 : tensor<?x512xf32>
    ```
  }]>;

defm NN_Tanhshrink : NN_ElementFunction<"Tanhshrink", "tanhshrink", [],
    "x - tanh(x)", [{
    ```mlir
    %2 = nn.tanhshrink %1 : tensor<?x512xf32>
    ```
  }]>;

#endif // NNC_DIALECTS_NN_NNACTIVATIONS_TD
