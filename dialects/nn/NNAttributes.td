//===- NNAttributes.td - element functions as attributes ----*- tablegen -*-===//

#ifndef NNC_DIALECTS_NN_NNATTRIBUTES_TD
#define NNC_DIALECTS_NN_NNATTRIBUTES_TD

include "dialects/nn/NNDialect.td"
include "dialects/nn/NNInterfaces.td"
include "mlir/IR/AttrTypeBase.td"

/// The element function of the operation `nn.<mnemonic>`.
class NN_ElementFunctionAttr<string className, string attrMnemonic>
    : AttrDef<NN_Dialect, className, [DeclareAttrInterfaceMethods<NN_ElementFunctionAttrInterface>]> {
  let mnemonic = attrMnemonic;
}

def NN_ReluAttr : NN_ElementFunctionAttr<"Relu", "relu"> {
  let summary = "element function of nn.relu";
}

#endif // NNC_DIALECTS_NN_NNATTRIBUTES_TD
