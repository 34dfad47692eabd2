//===- Trace.cpp - forward, run on symbolic values, as IR -----------------===//

#include "compiler/modules/Trace.h"

#include "compiler/Compilation.h"
#include "compiler/frontend/ParseModel.h"
#include "dialects/nn/Model.h"
#include "dialects/nn/NN.h"

#include "mlir/IR/Verifier.h"

using namespace nnc;
using namespace nnc::nn;
using namespace nnc::nn::detail;

Trace::Trace(const Module &module, const ModuleWalk &walk, bool open)
    : context(mlir::MLIRContext::Threading::DISABLED), handler(&context,
                                                               [this](mlir::Diagnostic &diagnostic) {
                                                                 diagnostics += diagnostic.str() + "\n";
                                                                 return mlir::success();
                                                               }),
      builder(&context), open(open), rootType(module.nncTypeName()) {
  context.printOpOnDiagnostic(false);
  context.loadDialect<NNDialect, mlir::func::FuncDialect>();
  for (const ModuleWalk::FoundModule &found : walk.modules)
    places.try_emplace(&ModuleAccess::state(*found.module), found.path);
}

std::shared_ptr<Trace> Trace::make(const Module &module, const ModuleWalk &walk, const std::vector<Shape> &inputs,
                                   bool open) {
  std::shared_ptr<Trace> trace(new Trace(module, walk, open));
  trace->build(module, walk, inputs);
  return trace;
}

void Trace::build(const Module &module, const ModuleWalk &walk, const std::vector<Shape> &inputs) {
  auto tensorType = [&](const Shape &shape, bool isOpen) {
    llvm::SmallVector<int64_t> extents(shape.begin(), shape.end());
    if (isOpen)
      extents.front() = mlir::ShapedType::kDynamic;
    return mlir::RankedTensorType::get(extents, builder.getF32Type());
  };
  llvm::SmallVector<mlir::Type> types;
  for (const Shape &shape : inputs)
    types.push_back(tensorType(shape, open));

  mlir::Location loc = location();
  model = mlir::ModuleOp::create(loc, llvm::StringRef(rootType));
  builder.setInsertionPointToEnd(model->getBody());
  auto forward = mlir::func::FuncOp::create(builder, loc, "forward", builder.getFunctionType(types, {}));
  mlir::Block *block = forward.addEntryBlock();
  builder.setInsertionPointToEnd(block);
  // All of them, used or not: a model's parameters are those of state_dict().
  for (const ModuleWalk::FoundParameter &found : walk.parameters)
    if (found.isFirst)
      parameters[found.parameter.elementsId()] = ParameterOp::create(
          builder, loc, tensorType(found.parameter.shape(), /*isOpen=*/false), builder.getStringAttr(found.name));

  std::vector<Value> arguments;
  for (mlir::Value argument : block->getArguments())
    arguments.push_back(add(argument));
  paths.push_back("");
  llvm::SmallVector<mlir::Value> results;
  for (const Value &result : module.nncForward(arguments))
    results.push_back(get(result));
  mlir::func::ReturnOp::create(builder, loc, results);
  forward.setType(builder.getFunctionType(types, mlir::TypeRange(results)));
  isBuilt = true;
  if (CompileStatus status = frontend::checkModel(*model); status != CompileStatus::Ok)
    failWithDiagnostics(status);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Value Trace::add(mlir::Value value) {
  values.push_back(value);
  return Value(shared_from_this(), values.size() - 1);
}

mlir::Value Trace::get(const Value &value) const {
  // What is built may be compiled already, and its values gone.
  if (value.trace.get() != this || isBuilt)
    fail("an nn::Value of another call is used: a Value must not be kept");
  return values[value.index];
}

Value Trace::get(const Parameter &parameter) {
  auto found = parameters.find(parameter.elementsId());
  if (found == parameters.end())
    fail("a parameter is used that no NNC_MODULE lists");
  return add(found->second);
}

Shape Trace::shapeOf(const Value &value) const {
  llvm::ArrayRef<int64_t> shape = llvm::cast<mlir::RankedTensorType>(get(value).getType()).getShape();
  Shape result(shape.begin(), shape.end());
  for (int64_t &extent : result)
    extent = mlir::ShapedType::isDynamic(extent) ? -1 : extent;
  return result;
}

int64_t Trace::extentOf(const Value &value, int64_t dim) const {
  Shape shape = shapeOf(value);
  std::optional<int64_t> position = normalizeDim(dim, static_cast<int64_t>(shape.size()));
  if (!position)
    fail("dimension " + std::to_string(dim) + " of a value of shape " + toString(shape));
  int64_t extent = shape[static_cast<size_t>(*position)];
  if (extent < 0)
    throw BatchIsNeeded();
  return extent;
}

static mlir::Attribute toAttribute(mlir::Builder &builder, const Attribute &attribute) {
  if (auto *integer = std::get_if<int64_t>(&attribute.second))
    return builder.getI64IntegerAttr(*integer);
  if (auto *number = std::get_if<float>(&attribute.second))
    return builder.getF32FloatAttr(*number);
  return builder.getStringAttr(std::get<std::string>(attribute.second));
}

/// Gives `state` the result types that its operation infers.
static mlir::LogicalResult inferTypes(mlir::OperationState &state) {
  mlir::RegisteredOperationName info = *state.name.getRegisteredInfo();
  auto *inference = info.getInterface<mlir::InferTypeOpInterface>();
  assert(inference && "operations of the nn dialect with operands infer their types");
  mlir::DictionaryAttr attributes = state.attributes.getDictionary(state.getContext());
  auto memory = std::make_unique<char[]>(static_cast<size_t>(info.getOpPropertyByteSize()));
  mlir::OpaqueProperties properties(info.getOpPropertyByteSize() ? memory.get() : nullptr);
  if (properties) {
    info.initOpProperties(properties, mlir::OpaqueProperties(nullptr));
    auto emitError = [&] { return mlir::emitError(state.location); };
    if (failed(info.setOpPropertiesFromAttribute(state.name, properties, attributes, emitError)))
      return mlir::failure();
  }
  auto inferred = inference->inferReturnTypes(state.getContext(), state.location, state.operands, attributes,
                                              properties, {}, state.types);
  if (properties)
    info.destroyOpProperties(properties);
  return inferred;
}

Value Trace::apply(llvm::StringRef name, const std::vector<Value> &operands, const std::vector<Attribute> &attributes) {
  mlir::OperationState state(location(), ("nn." + name).str());
  if (!state.name.isRegistered())
    fail("there is no operation nn." + name.str() + " yet", StatusCode::Unsupported);
  for (const Value &operand : operands)
    state.operands.push_back(get(operand));
  for (const Attribute &attribute : attributes)
    state.addAttribute(attribute.first, toAttribute(builder, attribute));
  if (failed(inferTypes(state)))
    failWithDiagnostics();
  mlir::Operation *operation = builder.create(state);
  if (failed(mlir::verify(operation)))
    failWithDiagnostics();
  return add(operation->getResult(0));
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

void Trace::enter(const Module &module) {
  // No network is that deep; C++ would only say that the stack is full.
  constexpr size_t deepest = 1000;
  if (paths.size() > deepest)
    fail(std::string("forward calls itself without end, by way of ") + module.nncTypeName());
  auto found = places.find(&ModuleAccess::state(module));
  if (found != places.end()) {
    paths.push_back(found->second);
    return;
  }
  // Modules without parameters may be made on the way.
  if (!ModuleWalk(module).parameters.empty())
    fail(std::string("calls a ") + module.nncTypeName() +
         " with parameters that is no field: list it in NNC_MODULE, or its parameters are neither saved nor loaded");
  paths.push_back(paths.back());
}

mlir::Location Trace::location() {
  if (paths.empty() || paths.back().empty())
    return mlir::NameLoc::get(builder.getStringAttr(rootType));
  return mlir::NameLoc::get(builder.getStringAttr(paths.back()));
}

void Trace::fail(const std::string &message, StatusCode code) const {
  bool atRoot = paths.empty() || paths.back().empty();
  throw Error(code, (atRoot ? rootType : paths.back()) + ": " + message);
}

void Trace::failWithDiagnostics(CompileStatus status) {
  // Whatever is wrong with an open batch may be right with a given one; if not, that trace says so.
  if (open)
    throw BatchIsNeeded();
  std::string message = std::move(diagnostics);
  diagnostics.clear();
  while (!message.empty() && message.back() == '\n')
    message.pop_back();
  fail(message, status == CompileStatus::Invalid       ? StatusCode::Invalid
                : status == CompileStatus::Unsupported ? StatusCode::Unsupported
                                                       : StatusCode::System);
}

//===----------------------------------------------------------------------===//
// Model
//===----------------------------------------------------------------------===//

std::string Trace::print() {
  std::string text;
  llvm::raw_string_ostream os(text);
  model->print(os);
  return text + "\n";
}

std::string Trace::compile(const Device &device) {
  std::string library;
  CompileOptions options;
  options.cuda = !device.isCpu();
  Compilation compilation(context, options);
  open = false; // a failure from here on has nothing to do with the batch
  if (failed(compilation.run(*model, library)))
    failWithDiagnostics(compilation.getStatus());
  return library;
}
