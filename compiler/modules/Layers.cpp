//===- Layers.cpp - modules that are not activations ----------------------===//

#include "nnc/nn/Layers.h"

#include "compiler/modules/Trace.h"
#include "nnc/Random.h"
#include "nnc/nn/Functional.h"

#include <cmath>

using namespace nnc;
using namespace nnc::nn;

/// A parameter of `shape`, drawn from -bound to bound.
static Parameter draw(Shape shape, double bound) {
  Tensor elements(std::move(shape));
  uniform_(elements, static_cast<float>(-bound), static_cast<float>(bound));
  return Parameter(std::move(elements));
}

/// torch.nn.init.kaiming_uniform_ with a = sqrt(5), in the order in which PyTorch computes it.
static double weightBound(int64_t inFeatures) {
  double gain = std::sqrt(2.0 / (1 + std::sqrt(5.0) * std::sqrt(5.0)));
  return std::sqrt(3.0) * (gain / std::sqrt(static_cast<double>(inFeatures)));
}

static int64_t requireSize(const char *name, int64_t size) {
  if (size < 1)
    throw Error(StatusCode::Invalid, std::string("Linear: ") + name + " is " + std::to_string(size));
  return size;
}

Linear::Linear(int64_t in_features, int64_t out_features, bool hasBias)
    : weight(draw({requireSize("out_features", out_features), requireSize("in_features", in_features)},
                  weightBound(in_features))) {
  if (hasBias)
    bias = draw({out_features}, 1 / std::sqrt(static_cast<double>(in_features)));
}

Linear::Linear(Parameter givenWeight, std::optional<Parameter> givenBias)
    : weight(std::move(givenWeight)), bias(std::move(givenBias)) {
  if (weight.dim() != 2)
    throw Error(StatusCode::Invalid,
                "Linear: a weight of shape " + toString(weight.shape()) + "; it is (out_features, in_features)");
  if (bias && bias->shape() != Shape{weight.size(0)})
    throw Error(StatusCode::Invalid,
                "Linear: a bias of shape " + toString(bias->shape()) + " and a weight of " + toString(weight.shape()));
}

Value Linear::forward(const Value &x) const { return functional::linear(x, weight, bias); }

Value functional::linear(const Value &x, const Parameter &weight, const std::optional<Parameter> &bias) {
  detail::Trace &trace = detail::Trace::of(x);
  std::vector<Value> operands = {x, trace.get(weight)};
  if (bias)
    operands.push_back(trace.get(*bias));
  return trace.apply("linear", operands, {});
}

std::string Linear::extra_repr() const {
  return "in_features=" + std::to_string(weight.size(1)) + ", out_features=" + std::to_string(weight.size(0)) +
         ", bias=" + (bias ? "True" : "False");
}

std::string Flatten::extra_repr() const {
  return "start_dim=" + std::to_string(startDim) + ", end_dim=" + std::to_string(endDim);
}

Dropout::Dropout(Scalar p) : p(p) {
  if (!(p.toFloat() >= 0 && p.toFloat() <= 1))
    throw Error(StatusCode::Invalid, "Dropout: p is " + p.str() + "; it is a probability, from 0 to 1");
}
