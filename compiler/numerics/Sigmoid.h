//===- Sigmoid.h - 1 / (1 + exp(-x)) ----------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_SIGMOID_H
#define NNC_COMPILER_NUMERICS_SIGMOID_H

#include "compiler/numerics/Exp.h"
#include "compiler/numerics/Sign.h"

namespace nnc::numerics {

/// 1 / (1 + e^-x), from e^-|x|, which does not overflow: NaN for NaN, 0 and 1 for the infinities, 1/2 for zeros.
template <typename B> typename B::Float sigmoid(B &b, typename B::Float x) {
  using Float = typename B::Float;
  Float zero = b.constant(0.0f), one = b.constant(1.0f);
  Float e = exp(b, b.sub(zero, absolute(b, x)));
  Float quotient = b.div(e, b.add(one, e));
  // Below 0 it is e / (1 + e) = e - e^2 / (1 + e), in which the error of the quotient counts for less.
  return b.select(b.less(x, zero), b.fma(b.sub(zero, e), quotient, e), b.sub(one, quotient));
}

/// x / (1 + e^-u) for u with the sign of x, given e = e^-|u|. Below 0 it is x e / (1 + e) = x e (1 - e / (1 + e)).
template <typename B> typename B::Float timesSigmoid(B &b, typename B::Float x, const ScaledExp<B> &exp) {
  using Float = typename B::Float;
  Float zero = b.constant(0.0f), e = scaled(b, exp.p, exp.n);
  auto isNegative = b.less(x, zero);
  Float quotient = b.div(b.select(isNegative, e, x), b.add(b.constant(1.0f), e));
  // Scaling comes last, so that a subnormal e loses nothing.
  Float product = b.mul(x, exp.p), below = b.fma(b.sub(zero, product), quotient, product);
  return b.select(isNegative, scaled(b, below, exp.n), quotient);
}

/// x sigmoid(x): NaN for NaN and -inf, +inf for +inf; zeros keep their sign.
template <typename B> typename B::Float silu(B &b, typename B::Float x) {
  return timesSigmoid(b, x, scaledExp(b, b.sub(b.constant(0.0f), absolute(b, x))));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_SIGMOID_H
