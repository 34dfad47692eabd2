//===- CheckModel.cpp - the rules of the model format ---------------------===//
//
// In three steps: what may stand in the text at all, then whether nnc supports it, then, once MLIR's verifier has
// passed each operation, the rules on the model as a whole.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/ParseModel.h"

#include "dialects/nn/Model.h"

#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::frontend;

//===----------------------------------------------------------------------===//
// What may stand in the text
//===----------------------------------------------------------------------===//

/// Refuses every attribute of `attributes` that is not among `known`.
static LogicalResult checkAttributes(Location loc, const Twine &what, ArrayRef<NamedAttribute> attributes,
                                     ArrayRef<StringRef> known) {
  for (NamedAttribute attribute : attributes) {
    if (llvm::is_contained(known, attribute.getName().getValue()))
      continue;
    InFlightDiagnostic error = emitError(loc)
                               << what << " has the unknown attribute '" << attribute.getName().getValue() << "'";
    if (known.empty())
      return error << "; it takes none";
    return error << "; known are " << llvm::join(known, ", ");
  }
  return success();
}

static LogicalResult checkOperation(Operation &op) {
  bool isReturn = isa<func::ReturnOp>(op);
  if (!isReturn && op.getName().getDialectNamespace() != "nn")
    return op.emitError("'") << op.getName() << "' is not an operation of a model; a model has those of nn and return";
  SmallVector<StringRef> known;
  for (StringAttr name : op.getName().getAttributeNames())
    if (name != "epilogue")
      known.push_back(name);
  return checkAttributes(op.getLoc(), "'" + op.getName().getStringRef() + "'", op.getAttrs(), known);
}

/// nn.name, and nothing else, on each argument or result.
static LogicalResult checkNameAttributes(Location loc, StringRef what, ArrayAttr dictionaries) {
  if (!dictionaries)
    return success();
  for (auto [index, dictionary] : llvm::enumerate(dictionaries.getAsRange<DictionaryAttr>())) {
    if (failed(checkAttributes(loc, what + " " + Twine(index), dictionary.getValue(), {nn::nameAttribute})))
      return failure();
    Attribute name = dictionary.get(nn::nameAttribute);
    auto text = dyn_cast_if_present<StringAttr>(name);
    if (name && (!text || text.empty()))
      return emitError(loc) << what << " " << index << ": nn.name is a string that is not empty, not " << name;
    if (name && !nn::isNameText(text))
      return emitError(loc) << what << " " << index << ": nn.name is UTF-8 without control characters, not " << name;
  }
  return success();
}

static LogicalResult checkFunction(func::FuncOp function) {
  if (function.getName() != "forward")
    return function.emitError("function @") << function.getName() << ": a model has one function, @forward";
  if (!function.isPublic())
    return function.emitError("@forward is private; it is what a model gives");
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return function.emitError("@forward has a body of one block");
  if (failed(checkAttributes(function.getLoc(), "@forward", llvm::to_vector(function->getDiscardableAttrs()), {})) ||
      failed(checkNameAttributes(function.getLoc(), "input", function.getArgAttrsAttr())) ||
      failed(checkNameAttributes(function.getLoc(), "result", function.getResAttrsAttr())))
    return failure();
  for (Operation &op : function.getOps())
    if (failed(checkOperation(op)))
      return failure();
  if (function.getBody().front().empty() || !isa<func::ReturnOp>(function.getBody().front().back()))
    return function.emitError("@forward ends with return");
  if (function.getNumResults() == 0)
    return function.emitError("@forward returns nothing; a model has at least one result");
  return success();
}

static LogicalResult checkStructure(ModuleOp module) {
  if (failed(checkAttributes(module.getLoc(), "the module", llvm::to_vector(module->getDiscardableAttrs()),
                             {nn::versionAttribute, nn::parametersAttribute})))
    return failure();
  if (!nn::isNameText(module.getName().value_or("")))
    return module.emitError("the module's name is UTF-8 without control characters, not ") << module.getSymNameAttr();
  if (Attribute version = module->getAttr(nn::versionAttribute)) {
    auto number = dyn_cast<IntegerAttr>(version);
    if (!number || !number.getType().isInteger(64))
      return module.emitError("nn.version is an i64, not ") << version;
    if (number.getInt() != 1)
      return module.emitError("nn.version is ") << number.getInt() << ", this nnc reads version 1";
  }
  for (Operation &op : module.getOps()) {
    auto function = dyn_cast<func::FuncOp>(op);
    if (!function)
      return op.emitError("'") << op.getName() << "' in the module: a model has one function, @forward, there and "
                               << "nothing else";
    if (failed(checkFunction(function)))
      return failure();
  }
  if (!nn::getForward(module))
    return module.emitError("the module has no function @forward");
  return success();
}

//===----------------------------------------------------------------------===//
// What nnc supports
//===----------------------------------------------------------------------===//

/// Whose fault it is that a value has `type`.
static CompileStatus checkType(Location loc, const Twine &what, Type type, bool isInput) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor) {
    emitError(loc) << what << " is " << type << "; a model's values are ranked tensors";
    return CompileStatus::Invalid;
  }
  Type element = tensor.getElementType();
  if (element.isF32() || (element.isInteger(64) && !isInput))
    return CompileStatus::Ok;
  emitError(loc) << what << " is " << type << ": elements of type " << element << " are not supported yet; "
                 << (isInput ? "inputs are f32" : "values are f32, indices i64");
  return CompileStatus::Unsupported;
}

static CompileStatus checkTypes(func::FuncOp forward) {
  for (BlockArgument argument : forward.getArguments())
    if (CompileStatus status = checkType(argument.getLoc(), "input " + Twine(argument.getArgNumber()),
                                         argument.getType(), /*isInput=*/true);
        status != CompileStatus::Ok)
      return status;
  for (Operation &op : forward.getOps())
    for (Type type : op.getResultTypes())
      if (CompileStatus status =
              checkType(op.getLoc(), "the result of '" + op.getName().getStringRef() + "'", type, /*isInput=*/false);
          status != CompileStatus::Ok)
        return status;
  return CompileStatus::Ok;
}

//===----------------------------------------------------------------------===//
// The model as a whole
//===----------------------------------------------------------------------===//

/// Open: `?` as dimension 0 of every input and result. Static: no `?` at all.
static LogicalResult checkShapes(func::FuncOp forward) {
  auto check = [&](Location loc, const Twine &what, Type type) -> LogicalResult {
    auto tensor = cast<RankedTensorType>(type);
    if (!nn::hasActivationShape(tensor))
      return emitError(loc) << what << " is " << type
                            << ": extents are at least 1, and only dimension 0, the batch, may be `?`";
    bool open = tensor.getRank() > 0 && tensor.isDynamicDim(0);
    if (open != nn::isOpenModel(forward))
      return emitError(loc) << what << " is " << type << ": the batch `?` is dimension 0 of every input and result, "
                            << "or of none";
    return success();
  };
  for (BlockArgument argument : forward.getArguments())
    if (failed(check(argument.getLoc(), "input " + Twine(argument.getArgNumber()), argument.getType())))
      return failure();
  for (auto [index, type] : llvm::enumerate(forward.getResultTypes()))
    if (failed(check(forward.getLoc(), "result " + Twine(index), type)))
      return failure();
  return success();
}

static LogicalResult checkSizes(func::FuncOp forward, uint64_t maxTensorBytes) {
  auto check = [&](Location loc, Type type) -> LogicalResult {
    auto tensor = cast<RankedTensorType>(type);
    uint64_t bytes = tensor.getElementTypeBitWidth() / 8;
    bool overflow = false;
    for (int64_t extent : tensor.getShape())
      if (!ShapedType::isDynamic(extent) && !overflow)
        bytes = llvm::SaturatingMultiply(bytes, uint64_t(extent), &overflow);
    if (!overflow && bytes <= maxTensorBytes)
      return success();
    InFlightDiagnostic error = emitError(loc) << type << " has ";
    if (overflow)
      error << "more bytes than 64 bits count";
    else
      error << bytes << " bytes";
    return error << (nn::isOpenModel(forward) ? " a sample" : "") << "; the limit is " << maxTensorBytes
                 << " (--max-tensor-bytes)";
  };
  for (BlockArgument argument : forward.getArguments())
    if (failed(check(argument.getLoc(), argument.getType())))
      return failure();
  for (Operation &op : forward.getOps())
    for (Type type : op.getResultTypes())
      if (failed(check(op.getLoc(), type)))
        return failure();
  return success();
}

static LogicalResult checkLinears(func::FuncOp forward) {
  for (auto linear : forward.getOps<nn::LinearOp>()) {
    if (!linear.getWeight().getDefiningOp<nn::ParameterOp>())
      return linear.emitOpError("expects its weight to be the result of nn.parameter");
    if (linear.getBias() && !linear.getBias().getDefiningOp<nn::ParameterOp>())
      return linear.emitOpError("expects its bias to be the result of nn.parameter");
  }
  return success();
}

/// Notes the parameters on the module: declared ones in the order of the text, each name once and with one type.
static LogicalResult listParameters(ModuleOp module, func::FuncOp forward) {
  SmallVector<nn::ParameterInfo> parameters;
  llvm::StringMap<nn::ParameterOp> declared;
  for (auto parameter : forward.getOps<nn::ParameterOp>()) {
    auto [first, isNew] = declared.try_emplace(parameter.getName(), parameter);
    if (isNew) {
      parameters.push_back({parameter.getName(), parameter.getType()});
    } else if (first->second.getType() != parameter.getType()) {
      InFlightDiagnostic error = parameter.emitOpError("\"") << parameter.getName() << "\" is " << parameter.getType()
                                                             << " here and " << first->second.getType() << " before";
      error.attachNote(first->second.getLoc()) << "declared here";
      return error;
    }
  }
  nn::setParameters(module, parameters);
  return success();
}

/// Gives the values of `count` inputs or results that have no name the next of base, base1, base2, ... and checks that
/// no name comes twice.
static LogicalResult nameValues(Location loc, StringRef what, StringRef base, unsigned count,
                                function_ref<StringRef(unsigned)> getName,
                                function_ref<void(unsigned, const Twine &)> setName) {
  llvm::StringMap<unsigned> named;
  for (unsigned i = 0; i < count; ++i) {
    if (getName(i).empty())
      setName(i, i == 0 ? Twine(base) : base + Twine(i));
    auto [first, isNew] = named.try_emplace(getName(i), i);
    if (!isNew)
      return emitError(loc) << what << "s " << first->second << " and " << i << " are both named '" << getName(i)
                            << "'";
  }
  return success();
}

static LogicalResult nameInputsAndResults(func::FuncOp forward) {
  Builder b(forward.getContext());
  if (failed(nameValues(
          forward.getLoc(), "input", "x", forward.getNumArguments(),
          [&](unsigned i) { return nn::getInputName(forward, i); },
          [&](unsigned i, const Twine &name) { forward.setArgAttr(i, nn::nameAttribute, b.getStringAttr(name)); })))
    return failure();
  return nameValues(
      forward.getLoc(), "result", "y", forward.getNumResults(),
      [&](unsigned i) { return nn::getResultName(forward, i); },
      [&](unsigned i, const Twine &name) { forward.setResultAttr(i, nn::nameAttribute, b.getStringAttr(name)); });
}

CompileStatus nnc::frontend::checkModel(ModuleOp module, const FrontendOptions &options) {
  if (failed(checkStructure(module)))
    return CompileStatus::Invalid;
  func::FuncOp forward = nn::getForward(module);
  if (CompileStatus status = checkTypes(forward); status != CompileStatus::Ok)
    return status;
  if (failed(verify(module)) || failed(checkShapes(forward)) || failed(checkSizes(forward, options.maxTensorBytes)) ||
      failed(checkLinears(forward)) || failed(listParameters(module, forward)) || failed(nameInputsAndResults(forward)))
    return CompileStatus::Invalid;
  if (!module.getName())
    module.setName("model");
  return CompileStatus::Ok;
}
