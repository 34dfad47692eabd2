//===- LeakyRelu.h - x > 0 ? x : slope x ------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_LEAKYRELU_H
#define NNC_COMPILER_NUMERICS_LEAKYRELU_H

namespace nnc::numerics {

/// NaN stays NaN; -0 gets the sign of -slope.
template <typename B> typename B::Float leakyRelu(B &b, typename B::Float x, float slope) {
  return b.select(b.less(b.constant(0.0f), x), x, b.mul(x, b.constant(slope)));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_LEAKYRELU_H
