//===- Layers.h - modules that are not activations --------------*- C++ -*-===//

#ifndef NNC_NN_LAYERS_H
#define NNC_NN_LAYERS_H

#include "nnc/Scalar.h"
#include "nnc/nn/Module.h"

#include <optional>
#include <string>

namespace nnc::nn {

/// x W^T + b over the last dimension: (..., in_features) to (..., out_features).
class Linear : public Module {
public:
  /// Draws weight and then bias as PyTorch does. Throws Error if a size is less than 1.
  Linear(int64_t in_features, int64_t out_features, bool bias = true);
  /// These parameters, shared. Throws Error if their shapes do not fit.
  explicit Linear(Parameter weight, std::optional<Parameter> bias = std::nullopt);

  Parameter weight;              ///< (out_features, in_features)
  std::optional<Parameter> bias; ///< (out_features)

  NNC_MODULE(Linear, weight, bias)
  Value forward(const Value &x) const;
  std::string extra_repr() const override;
};

/// Merges the dimensions `start_dim` to `end_dim`; negative ones count from the end.
class Flatten : public Module {
public:
  explicit Flatten(int64_t start_dim = 1, int64_t end_dim = -1) : startDim(start_dim), endDim(end_dim) {}

  NNC_MODULE(Flatten)
  Value forward(const Value &x) const { return x.flatten(startDim, endDim); }
  std::string extra_repr() const override;

private:
  int64_t startDim, endDim;
};

/// exp(x) / sum(exp(x)) along `dim`.
class Softmax : public Module {
public:
  explicit Softmax(int64_t dim) : dim(dim) {}

  NNC_MODULE(Softmax)
  Value forward(const Value &x) const { return x.softmax(dim); }
  std::string extra_repr() const override { return "dim=" + std::to_string(dim); }

private:
  int64_t dim;
};

/// log(softmax(x)) along `dim`, without its loss of digits.
class LogSoftmax : public Module {
public:
  explicit LogSoftmax(int64_t dim) : dim(dim) {}

  NNC_MODULE(LogSoftmax)
  Value forward(const Value &x) const { return detail::apply("log_softmax", x, {{"dim", dim}}); }
  std::string extra_repr() const override { return "dim=" + std::to_string(dim); }

private:
  int64_t dim;
};

/// x
class Identity : public Module {
public:
  NNC_MODULE(Identity)
  Value forward(const Value &x) const { return x; }
};

/// x: what it drops, it drops in training only.
class Dropout : public Module {
public:
  /// Throws Error if `p` is not in [0, 1].
  explicit Dropout(Scalar p = 0.5);

  NNC_MODULE(Dropout)
  Value forward(const Value &x) const { return x; }
  std::string extra_repr() const override { return "p=" + p.str() + ", inplace=False"; }

private:
  Scalar p;
};

} // namespace nnc::nn

#endif // NNC_NN_LAYERS_H
