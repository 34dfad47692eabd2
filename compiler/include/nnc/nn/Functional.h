//===- Functional.h - modules as functions ----------------------*- C++ -*-===//
//
//     namespace F = nnc::nn::functional;
//     nn::Value y = F::relu(F::linear(x, weight, bias));   // in a forward, with parameters that NNC_MODULE lists
//     nnc::Tensor t = F::softmax(logits, 1);               // compiles and runs
//
// Each is its module (Activations.h, Layers.h), on nn::Values and on Tensors.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_NN_FUNCTIONAL_H
#define NNC_NN_FUNCTIONAL_H

#include "nnc/nn/Activations.h"
#include "nnc/nn/Layers.h"

#include <optional>
#include <string>

namespace nnc::nn::functional {

/// x W^T + b: `weight` is (out, in), `bias` (out).
Value linear(const Value &x, const Parameter &weight, const std::optional<Parameter> &bias = std::nullopt);
inline Tensor linear(const Tensor &x, const Parameter &weight, const std::optional<Parameter> &bias = std::nullopt) {
  return Linear(weight, bias)(x);
}

template <typename T> auto flatten(const T &x, int64_t start_dim = 0, int64_t end_dim = -1) {
  return Flatten(start_dim, end_dim)(x);
}
template <typename T> auto softmax(const T &x, int64_t dim) { return Softmax(dim)(x); }
template <typename T> auto log_softmax(const T &x, int64_t dim) { return LogSoftmax(dim)(x); }

template <typename T> auto relu(const T &x) { return ReLU()(x); }
template <typename T> auto relu6(const T &x) { return ReLU6()(x); }
template <typename T> auto selu(const T &x) { return SELU()(x); }
template <typename T> auto silu(const T &x) { return SiLU()(x); }
template <typename T> auto mish(const T &x) { return Mish()(x); }
template <typename T> auto sigmoid(const T &x) { return Sigmoid()(x); }
template <typename T> auto logsigmoid(const T &x) { return LogSigmoid()(x); }
template <typename T> auto tanh(const T &x) { return Tanh()(x); }
template <typename T> auto softsign(const T &x) { return Softsign()(x); }
template <typename T> auto hardsigmoid(const T &x) { return Hardsigmoid()(x); }
template <typename T> auto hardswish(const T &x) { return Hardswish()(x); }
template <typename T> auto tanhshrink(const T &x) { return Tanhshrink()(x); }

template <typename T> auto leaky_relu(const T &x, Scalar negative_slope = 0.01) { return LeakyReLU(negative_slope)(x); }
template <typename T> auto elu(const T &x, Scalar alpha = 1.0) { return ELU(alpha)(x); }
template <typename T> auto celu(const T &x, Scalar alpha = 1.0) { return CELU(alpha)(x); }
template <typename T> auto gelu(const T &x, const std::string &approximate = "none") { return GELU(approximate)(x); }
template <typename T> auto softplus(const T &x, Scalar beta = 1.0, Scalar threshold = 20.0) {
  return Softplus(beta, threshold)(x);
}
template <typename T> auto hardtanh(const T &x, Scalar min_val = -1.0, Scalar max_val = 1.0) {
  return Hardtanh(min_val, max_val)(x);
}
template <typename T> auto softshrink(const T &x, Scalar lambd = 0.5) { return Softshrink(lambd)(x); }
template <typename T> auto hardshrink(const T &x, Scalar lambd = 0.5) { return Hardshrink(lambd)(x); }
template <typename T> auto threshold(const T &x, Scalar threshold, Scalar value) {
  return Threshold(threshold, value)(x);
}

} // namespace nnc::nn::functional

#endif // NNC_NN_FUNCTIONAL_H
