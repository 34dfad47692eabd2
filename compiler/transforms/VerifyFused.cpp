//===- VerifyFused.cpp - what code generation may assume ------------------===//
//
// See the pass's description in Passes.td.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/Passes.h"

#include "compiler/numerics/Elementwise.h"
#include "dialects/nn/Model.h"

namespace nnc::transforms {
#define GEN_PASS_DEF_NNVERIFYFUSED
#include "compiler/transforms/Passes.h.inc"
} // namespace nnc::transforms

using namespace mlir;
using namespace nnc;

static LogicalResult verifyElementFunction(Operation *op, nn::ElementFunctionAttrInterface function) {
  StringRef name = function.getFunction();
  if (numerics::isElementFunction(name))
    return success();
  return op->emitOpError("applies the element function '") << name << "', which numerics does not define";
}

static LogicalResult verifyLinear(nn::LinearOp linear) {
  for (Value operand : llvm::drop_begin(linear->getOperands()))
    if (!operand.getDefiningOp<nn::ParameterOp>())
      return linear.emitOpError("expects its weight and bias to be results of nn.parameter");
  if (linear.getEpilogue())
    for (auto function : linear.getEpilogue()->getAsRange<nn::ElementFunctionAttrInterface>())
      if (failed(verifyElementFunction(linear, function)))
        return failure();
  return success();
}

static LogicalResult verifyOperation(Operation *op) {
  if (auto elementwise = dyn_cast<nn::ElementwiseOpInterface>(op))
    return verifyElementFunction(op, elementwise.getElementFunction());
  if (auto linear = dyn_cast<nn::LinearOp>(op))
    return verifyLinear(linear);
  if (isa<nn::ParameterOp, nn::FlattenOp, nn::SoftmaxOpInterface, nn::ArgmaxOp, func::ReturnOp>(op))
    return success();
  return op->emitOpError("is not an operation that code generation knows");
}

/// Every declared parameter is listed with its type.
static LogicalResult verifyParameters(ModuleOp module, func::FuncOp forward) {
  llvm::StringMap<Type> listed;
  for (const nn::ParameterInfo &parameter : nn::getParameters(module))
    listed[parameter.name] = parameter.type;
  for (auto parameter : forward.getOps<nn::ParameterOp>()) {
    Type type = listed.lookup(parameter.getName());
    if (type != parameter.getType())
      return parameter.emitOpError("\"") << parameter.getName() << "\" of " << parameter.getType() << " is "
                                         << (type ? "another type" : "missing") << " in the module's "
                                         << nn::parametersAttribute;
  }
  return success();
}

/// In an open model dimension 0 stays the batch on the way from an input to a result.
static LogicalResult verifyBatch(func::FuncOp forward) {
  if (!nn::isOpenModel(forward))
    return success();
  auto hasBatch = [](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    return type.getRank() > 0 && type.isDynamicDim(0);
  };
  for (BlockArgument argument : forward.getArguments())
    if (!hasBatch(argument))
      return forward.emitOpError("is open, but input ") << argument.getArgNumber() << " has no batch";
  for (Operation &op : forward.getOps())
    for (Value operand : op.getOperands())
      if (isa<func::ReturnOp>(op) && !hasBatch(operand))
        return op.emitOpError("returns ") << operand.getType() << ", which has no batch, from an open model";
  return success();
}

namespace {

struct NNVerifyFused : nnc::transforms::impl::NNVerifyFusedBase<NNVerifyFused> {
  void runOnOperation() override {
    if (failed(verify()))
      signalPassFailure();
    markAllAnalysesPreserved();
  }

private:
  LogicalResult verify() {
    ModuleOp module = getOperation();
    func::FuncOp forward = nn::getForward(module);
    if (!forward || !llvm::hasSingleElement(module.getOps()))
      return module.emitError("expects one function @forward and nothing else");
    if (!forward.getBody().hasOneBlock())
      return forward.emitOpError("expects a body of one block");
    for (Operation &op : forward.getOps())
      if (failed(verifyOperation(&op)))
        return failure();
    if (failed(verifyParameters(module, forward)))
      return failure();
    return verifyBatch(forward);
  }
};

} // namespace
