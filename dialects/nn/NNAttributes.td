//===- NNAttributes.td - element functions as attributes ----*- tablegen -*-===//

#ifndef NNC_DIALECTS_NN_NNATTRIBUTES_TD
#define NNC_DIALECTS_NN_NNATTRIBUTES_TD

include "dialects/nn/NNDialect.td"
include "dialects/nn/NNInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/CommonAttrConstraints.td"

/// A constant of an element function, under PyTorch's name of it: an attribute of the operation and a parameter of the
/// function's attribute.
class NN_Constant<string constantName, Attr attributeType, AttrOrTypeParameter parameterType, string getter> {
  string name = constantName;
  Attr type = attributeType;
  AttrOrTypeParameter parameter = parameterType;
  /// Gets it from the attribute.
  string parameterGetter = getter # "()";
  /// Gets it from the operation, in the parameter's type.
  string attributeGetter = parameterGetter;
}

/// An f32, printed without its type.
class NN_F32Parameter<string description> : AttrParameter<"::mlir::FloatAttr", description> {
  let parser = "parseF32($_parser)";
  let printer = "$_printer.printAttributeWithoutType($_self)";
}

class NN_F32Constant<string constantName, string getter, Attr attributeType = F32Attr>
    : NN_Constant<constantName, attributeType, NN_F32Parameter<constantName>, getter> {
  let attributeGetter = "toF32(getContext(), " # parameterGetter # ")";
}
class NN_DefaultConstant<string constantName, string getter, string value>
    : NN_F32Constant<constantName, getter, DefaultValuedAttr<F32Attr, value>>;

/// `#nn.<mnemonic><constant, ...>`, the element function of the operation nn.<mnemonic>. Its class defines the methods
/// of the interface that `ownMethods` names.
class NN_ElementFunctionAttr<string className, string attrMnemonic, list<NN_Constant> functionConstants,
                             list<string> ownMethods>
    : AttrDef<NN_Dialect, className, [DeclareAttrInterfaceMethods<NN_ElementFunctionAttrInterface, ownMethods>]> {
  list<NN_Constant> constants = functionConstants;
  let mnemonic = attrMnemonic;
  let summary = "element function of nn." # attrMnemonic;
  let parameters = !dag(ins, !foreach(constant, constants, constant.parameter),
                        !foreach(constant, constants, constant.name));
  let assemblyFormat = !if(!empty(constants), "", "`<` params `>`");
}

/// One whose constants are all f32.
class NN_F32FunctionAttr<string className, string attrMnemonic, list<NN_Constant> functionConstants>
    : NN_ElementFunctionAttr<className, attrMnemonic, functionConstants,
                             !if(!empty(functionConstants), []<string>, ["getConstants"])> {
  code constantsDefinition = [{
    ::llvm::SmallVector<float> $cppClass::getConstants() const {
      return toFloats({}] #
      !interleave(!foreach(constant, constants, constant.parameterGetter), ", ") # [{});
    }
  }];
  let extraClassDefinition = !if(!empty(constants), "", constantsDefinition);
}

#endif // NNC_DIALECTS_NN_NNATTRIBUTES_TD
