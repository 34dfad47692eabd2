//===- Interpreter.cpp - the nn dialect executed plainly ------------------===//

#include "compiler/interpreter/Interpreter.h"

#include "compiler/numerics/Builder.h"
#include "compiler/numerics/Elementwise.h"
#include "compiler/numerics/Softmax.h"
#include "dialects/nn/NN.h"

#include "llvm/ADT/TypeSwitch.h"
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

using namespace mlir;
using namespace nnc;
using namespace nnc::interpreter;

static int64_t product(llvm::ArrayRef<int64_t> extents) {
  return std::accumulate(extents.begin(), extents.end(), int64_t(1), std::multiplies<>());
}

int64_t Tensor::size() const { return product(shape); }

/// Applies the element functions of `epilogue` in turn.
static float applyElementFunctions(llvm::ArrayRef<Attribute> epilogue, float x) {
  numerics::PlainFloat b;
  for (Attribute attribute : epilogue) {
    auto function = cast<nn::ElementFunctionAttrInterface>(attribute);
    SmallVector<float> constants = function.getConstants();
    x = numerics::elementwise(b, function.getFunction(), constants.data(), constants.size(), x);
  }
  return x;
}

static Tensor flatten(nn::FlattenOp op, const Tensor &x) {
  int64_t rank = x.shape.size();
  Tensor y = x;
  if (rank == 0) {
    y.shape = {1};
    return y;
  }
  int64_t start = *nn::normalizeDim(op.getStartDim(), rank), end = *nn::normalizeDim(op.getEndDim(), rank);
  int64_t merged = product(llvm::ArrayRef<int64_t>(x.shape).slice(start, end - start + 1));
  y.shape.erase(y.shape.begin() + start, y.shape.begin() + end + 1);
  y.shape.insert(y.shape.begin() + start, merged);
  return y;
}

#if defined(__x86_64__)
// CPUs with FMA units run a copy of the loop compiled for them: the same step, without a call of libm.
__attribute__((target_clones("fma", "default")))
#endif
static Tensor linear(nn::LinearOp op, const Tensor &x, const Tensor &weight, const Tensor *bias) {
  int64_t out = weight.shape[0], in = weight.shape[1], rows = in == 0 ? 0 : x.size() / in;
  auto epilogue = op.getEpilogue() ? op.getEpilogue()->getValue() : llvm::ArrayRef<Attribute>();
  Tensor y;
  y.shape = x.shape;
  y.shape.back() = out;
  y.f32.resize(rows * out);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t j = 0; j < out; ++j) {
      float acc = bias ? bias->f32[j] : 0.0f;
      for (int64_t k = 0; k < in; ++k)
        acc = std::fma(x.f32[row * in + k], weight.f32[j * in + k], acc);
      y.f32[row * out + j] = applyElementFunctions(epilogue, acc);
    }
  return y;
}

static Tensor elementwise(nn::ElementwiseOpInterface op, const Tensor &x) {
  Attribute function = op.getElementFunction();
  Tensor y = x;
  for (float &element : y.f32)
    element = applyElementFunctions(function, element);
  return y;
}

/// body(first, step) for each row along `dim`: its elements are first, first + step, ...
static void forEachRow(const Tensor &x, int64_t dim, llvm::function_ref<void(int64_t, int64_t)> body) {
  llvm::ArrayRef<int64_t> shape = nn::reducedShape(x.shape);
  int64_t inner = product(shape.drop_front(dim + 1)), slices = product(shape.take_front(dim));
  for (int64_t slice = 0; slice < slices; ++slice)
    for (int64_t i = 0; i < inner; ++i)
      body(slice * shape[dim] * inner + i, inner);
}

static Tensor softmax(nn::SoftmaxOpInterface op, const Tensor &x) {
  Tensor y = x;
  int64_t dim = op.getNormalizedDim(), extent = nn::reducedShape(x.shape)[dim];
  forEachRow(x, dim, [&](int64_t first, int64_t step) {
    numerics::PlainFloat b;
    float max = -std::numeric_limits<float>::infinity();
    for (int64_t j = 0; j < extent; ++j)
      max = numerics::softmaxMax(b, max, x.f32[first + j * step]);
    float sums[numerics::softmaxPartialSums] = {};
    for (int64_t j = 0; j < extent; ++j) {
      float e = numerics::softmaxExp(b, x.f32[first + j * step], max);
      y.f32[first + j * step] = e;
      sums[j % numerics::softmaxPartialSums] += e;
    }
    float sum = numerics::softmaxSum(b, sums);
    float logSum = numerics::log(b, sum);
    for (int64_t j = 0; j < extent; ++j) {
      float &element = y.f32[first + j * step];
      element = op.isLogarithm() ? numerics::logSoftmax(b, x.f32[first + j * step], max, logSum) : element / sum;
    }
  });
  return y;
}

static Tensor argmax(nn::ArgmaxOp op, const Tensor &x) {
  llvm::ArrayRef<int64_t> shape = nn::reducedShape(x.shape);
  int64_t dim = op.getNormalizedDim(), extent = shape[dim];
  Tensor y;
  y.shape = shape;
  y.shape.erase(y.shape.begin() + dim);
  forEachRow(x, dim, [&](int64_t first, int64_t step) {
    numerics::PlainFloat b;
    int64_t best = 0;
    for (int64_t j = 1; j < extent; ++j)
      if (numerics::argmaxIsBetter(b, x.f32[first + j * step], x.f32[first + best * step]))
        best = j;
    y.i64.push_back(best);
  });
  return y;
}

/// Whether `shape` is what `type` says, with one batch for all.
static bool fits(llvm::ArrayRef<int64_t> shape, RankedTensorType type, std::optional<int64_t> &batch) {
  if (static_cast<int64_t>(shape.size()) != type.getRank())
    return false;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    if (type.isDynamicDim(dim))
      batch = batch.value_or(shape[dim]);
    if (shape[dim] != (type.isDynamicDim(dim) ? *batch : type.getDimSize(dim)))
      return false;
  }
  return true;
}

static std::string format(llvm::ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "[";
  llvm::interleaveComma(shape, os);
  os << "]";
  return text;
}

FailureOr<std::vector<Tensor>> nnc::interpreter::interpret(func::FuncOp forward, llvm::ArrayRef<Tensor> inputs,
                                                           const llvm::StringMap<Tensor> &parameters, Trace trace) {
  if (inputs.size() != forward.getNumArguments())
    return forward.emitError("the model has ")
           << forward.getNumArguments() << " inputs, " << inputs.size() << " were given";
  llvm::DenseMap<Value, Tensor> values;
  auto define = [&](Value value, Tensor tensor) {
    if (trace)
      trace(value, tensor);
    values[value] = std::move(tensor);
  };
  std::optional<int64_t> batch;
  for (BlockArgument argument : forward.getArguments()) {
    const Tensor &input = inputs[argument.getArgNumber()];
    std::optional<int64_t> batchSoFar = batch;
    if (!fits(input.shape, cast<RankedTensorType>(argument.getType()), batch)) {
      InFlightDiagnostic error = emitError(argument.getLoc(), "input ");
      error << argument.getArgNumber() << " has shape " << format(input.shape) << ", the model needs "
            << argument.getType();
      if (batchSoFar)
        error << " with batch " << *batchSoFar;
      return error;
    }
    assert(static_cast<int64_t>(input.f32.size()) == input.size() && "as many elements as the shape says");
    define(argument, input);
  }

  std::vector<Tensor> results;
  for (Operation &op : forward.getOps()) {
    auto operand = [&](unsigned i) -> const Tensor & { return values.find(op.getOperand(i))->second; };
    if (auto parameter = dyn_cast<nn::ParameterOp>(op)) {
      auto found = parameters.find(parameter.getName());
      if (found == parameters.end())
        return parameter.emitError("parameter \"") << parameter.getName() << "\" is missing";
      if (!fits(found->second.shape, parameter.getType(), batch))
        return parameter.emitError("parameter \"")
               << parameter.getName() << "\" has shape " << format(found->second.shape) << ", the model needs "
               << parameter.getType();
      assert(static_cast<int64_t>(found->second.f32.size()) == found->second.size() &&
             "as many elements as the shape says");
      define(parameter, found->second);
    } else if (isa<func::ReturnOp>(op)) {
      for (unsigned i = 0; i < op.getNumOperands(); ++i)
        results.push_back(operand(i));
    } else {
      Tensor result = llvm::TypeSwitch<Operation *, Tensor>(&op)
                          .Case([&](nn::FlattenOp op) { return flatten(op, operand(0)); })
                          .Case([&](nn::LinearOp op) {
                            return linear(op, operand(0), operand(1), op.getBias() ? &operand(2) : nullptr);
                          })
                          .Case([&](nn::ElementwiseOpInterface op) { return elementwise(op, operand(0)); })
                          .Case([&](nn::SoftmaxOpInterface op) { return softmax(op, operand(0)); })
                          .Case([&](nn::ArgmaxOp op) { return argmax(op, operand(0)); });
      define(op.getResult(0), std::move(result));
    }
  }
  return results;
}
