//===- Activations.h - modules that apply a function to elements -*- C++ -*-===//
//
// Names, constants and defaults are torch.nn's. What each computes, to the last bit, stands in compiler/numerics.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_NN_ACTIVATIONS_H
#define NNC_NN_ACTIVATIONS_H

#include "nnc/Scalar.h"
#include "nnc/nn/Module.h"

#include <string>
#include <utility>
#include <vector>

namespace nnc::nn {

/// The operation nn.`operation` with its constants.
class Activation : public Module {
public:
  template <typename T> auto operator()(const T &x) const {
    return detail::callForward(*this, &Activation::forward, x);
  }
  Value forward(const Value &x) const { return detail::apply(operation, x, attributes); }

  std::string extra_repr() const override { return repr; }
  void NNC_MODULE_is_missing_in_this_class() const override {}
  const char *nncTypeName() const override { return typeName; }
  void nncVisitFields(FieldVisitor &) const override {}
  std::vector<Value> nncForward(const std::vector<Value> &values) const override {
    return detail::forwardValues(*this, &Activation::forward, values);
  }

protected:
  using Constants = std::vector<std::pair<const char *, Scalar>>;
  /// `names` are printed with the constants unless they are not in PyTorch either. Throws Error if a constant is too
  /// large for f32.
  Activation(const char *typeName, const char *operation, const Constants &constants = {}, bool names = true);

  const char *typeName, *operation;
  std::vector<detail::Attribute> attributes;
  std::string repr;
};

struct ReLU : Activation {
  ReLU() : Activation("ReLU", "relu") {}
};
/// min(max(x, 0), 6)
struct ReLU6 : Activation {
  ReLU6() : Activation("ReLU6", "relu6") {}
};
/// x < 0 ? negative_slope x : x
struct LeakyReLU : Activation {
  explicit LeakyReLU(Scalar negative_slope = 0.01)
      : Activation("LeakyReLU", "leaky_relu", {{"negative_slope", negative_slope}}) {}
};
/// x > 0 ? x : alpha (exp(x) - 1)
struct ELU : Activation {
  explicit ELU(Scalar alpha = 1.0) : Activation("ELU", "elu", {{"alpha", alpha}}) {}
};
/// ELU with the two constants of the self-normalising networks.
struct SELU : Activation {
  SELU() : Activation("SELU", "selu") {}
};
/// max(x, 0) + min(0, alpha (exp(x / alpha) - 1))
struct CELU : Activation {
  explicit CELU(Scalar alpha = 1.0) : Activation("CELU", "celu", {{"alpha", alpha}}) {}
};
/// x times the normal distribution's function; `approximate` is "none", by erf, or "tanh".
struct GELU : Activation {
  explicit GELU(const std::string &approximate = "none");
};
/// x sigmoid(x)
struct SiLU : Activation {
  SiLU() : Activation("SiLU", "silu") {}
};
/// x tanh(softplus(x))
struct Mish : Activation {
  Mish() : Activation("Mish", "mish") {}
};
struct Sigmoid : Activation {
  Sigmoid() : Activation("Sigmoid", "sigmoid") {}
};
/// log(sigmoid(x))
struct LogSigmoid : Activation {
  LogSigmoid() : Activation("LogSigmoid", "logsigmoid") {}
};
struct Tanh : Activation {
  Tanh() : Activation("Tanh", "tanh") {}
};
/// log(1 + exp(beta x)) / beta; x itself where beta x exceeds `threshold`.
struct Softplus : Activation {
  explicit Softplus(Scalar beta = 1.0, Scalar threshold = 20.0)
      : Activation("Softplus", "softplus", {{"beta", beta}, {"threshold", threshold}}) {}
};
/// x / (1 + |x|)
struct Softsign : Activation {
  Softsign() : Activation("Softsign", "softsign") {}
};
/// min(max(x, min_val), max_val)
struct Hardtanh : Activation {
  explicit Hardtanh(Scalar min_val = -1.0, Scalar max_val = 1.0)
      : Activation("Hardtanh", "hardtanh", {{"min_val", min_val}, {"max_val", max_val}}) {}
};
/// min(max(x + 3, 0), 6) / 6
struct Hardsigmoid : Activation {
  Hardsigmoid() : Activation("Hardsigmoid", "hardsigmoid") {}
};
/// x hardsigmoid(x)
struct Hardswish : Activation {
  Hardswish() : Activation("Hardswish", "hardswish") {}
};
/// x - tanh(x)
struct Tanhshrink : Activation {
  Tanhshrink() : Activation("Tanhshrink", "tanhshrink") {}
};
/// x moved by `lambd` towards 0, and 0 if it is as near as that.
struct Softshrink : Activation {
  explicit Softshrink(Scalar lambd = 0.5) : Activation("Softshrink", "softshrink", {{"lambd", lambd}}, false) {}
};
/// |x| <= lambd ? 0 : x
struct Hardshrink : Activation {
  explicit Hardshrink(Scalar lambd = 0.5) : Activation("Hardshrink", "hardshrink", {{"lambd", lambd}}, false) {}
};
/// x <= threshold ? value : x
struct Threshold : Activation {
  Threshold(Scalar threshold, Scalar value)
      : Activation("Threshold", "threshold", {{"threshold", threshold}, {"value", value}}) {}
};

} // namespace nnc::nn

#endif // NNC_NN_ACTIVATIONS_H
