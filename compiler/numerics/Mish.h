//===- Mish.h - x tanh(softplus(x)) -----------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_MISH_H
#define NNC_COMPILER_NUMERICS_MISH_H

#include "compiler/numerics/Exp.h"

namespace nnc::numerics {

/// x tanh(log(1 + e^x)): NaN for NaN and -inf, +inf for +inf; zeros keep their sign.
///
/// With e = e^x and d = e (e + 2) + 2 the tanh is 1 - 2 / d = e (1 - e (e + 1) / d): the first for x above 0, the
/// second below.
template <typename B> typename B::Float mish(B &b, typename B::Float x) {
  using Float = typename B::Float;
  Float zero = b.constant(0.0f), one = b.constant(1.0f), two = b.constant(2.0f), highest = b.constant(40.0f);
  // From 40 on the tanh is 1 and e^2 is still finite.
  auto [p, rounded, n] = scaledExp(b, b.select(b.less(highest, x), highest, x));
  Float e = scaled(b, p, n), d = b.fma(e, b.add(e, two), two);
  auto isNegative = b.less(x, zero);
  Float quotient = b.div(b.select(isNegative, b.add(e, one), two), d);
  Float product = b.mul(x, p);
  // Scaling comes last, so that a subnormal e loses nothing.
  Float below = scaled(b, b.fma(b.mul(product, b.sub(zero, e)), quotient, product), n);
  return b.select(isNegative, below, b.mul(x, b.sub(one, quotient)));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_MISH_H
