//===- Elu.h - exponential linear units -------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_ELU_H
#define NNC_COMPILER_NUMERICS_ELU_H

#include "compiler/numerics/Expm1.h"

namespace nnc::numerics {

/// x < 0 ? alpha (e^x - 1) : x. NaN stays NaN, zeros themselves.
template <typename B> typename B::Float elu(B &b, typename B::Float x, float alpha) {
  return b.select(b.less(x, b.constant(0.0f)), timesExpm1(b, x, alpha), x);
}

/// x < 0 ? scale alpha (e^x - 1) : scale x, with the constants of the self-normalising networks, each product of
/// constants rounded once.
template <typename B> typename B::Float selu(B &b, typename B::Float x) {
  constexpr double alpha = 1.6732632423543772848170429916717, scale = 1.0507009873554804934193349852946;
  return b.select(b.less(x, b.constant(0.0f)), timesExpm1(b, x, static_cast<float>(alpha * scale)),
                  b.mul(b.constant(static_cast<float>(scale)), x));
}

/// x < 0 ? alpha (e^(x / alpha) - 1) : x, with the reciprocal of alpha, as in PyTorch. NaN stays NaN, zeros themselves.
template <typename B> typename B::Float celu(B &b, typename B::Float x, float alpha) {
  typename B::Float y = timesExpm1(b, b.mul(x, b.constant(1.0f / alpha)), alpha);
  return b.select(b.less(x, b.constant(0.0f)), y, x);
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_ELU_H
