//===- Softplus.h - log(1 + exp(x)) -----------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_SOFTPLUS_H
#define NNC_COMPILER_NUMERICS_SOFTPLUS_H

#include "compiler/numerics/Exp.h"
#include "compiler/numerics/Log.h"
#include "compiler/numerics/Sign.h"

namespace nnc::numerics {

/// log(1 + e^-|x|)
template <typename B> typename B::Float log1pExpOfNegative(B &b, typename B::Float x) {
  ScaledExp<B> exp = scaledExp(b, b.sub(b.constant(0.0f), absolute(b, x)));
  return log1pOfUnit(b, scaled(b, exp.p, exp.n), scaled(b, exp.low, exp.n));
}

/// beta x > threshold ? x : log(1 + e^(beta x)) / beta, which is (max(beta x, 0) + log(1 + e^-|beta x|)) / beta. NaN
/// stays NaN; 0 for -inf.
template <typename B> typename B::Float softplus(B &b, typename B::Float x, float beta, float threshold) {
  using Float = typename B::Float;
  Float z = b.mul(x, b.constant(beta)), zero = b.constant(0.0f);
  Float y = b.add(b.select(b.less(z, zero), zero, z), log1pExpOfNegative(b, z));
  return b.select(b.less(b.constant(threshold), z), x, b.div(y, b.constant(beta)));
}

/// log(sigmoid(x)) = min(x, 0) - log(1 + e^-|x|). NaN stays NaN; -inf for -inf, 0 for +inf.
template <typename B> typename B::Float logsigmoid(B &b, typename B::Float x) {
  typename B::Float zero = b.constant(0.0f);
  return b.sub(b.select(b.less(x, zero), x, zero), log1pExpOfNegative(b, x));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_SOFTPLUS_H
