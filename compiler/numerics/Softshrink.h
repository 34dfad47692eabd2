//===- Softshrink.h - x moved by lambda towards 0 ---------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_SOFTSHRINK_H
#define NNC_COMPILER_NUMERICS_SOFTSHRINK_H

namespace nnc::numerics {

/// x > lambda ? x - lambda : x < -lambda ? x + lambda : +0. NaN stays NaN.
template <typename B> typename B::Float softshrink(B &b, typename B::Float x, float lambda) {
  typename B::Float above = b.constant(lambda), below = b.constant(-lambda);
  // Neither is true of a NaN, which must not become 0.
  typename B::Float middle = b.select(b.isNan(x), x, b.constant(0.0f));
  return b.select(b.less(above, x), b.sub(x, above), b.select(b.less(x, below), b.add(x, above), middle));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_SOFTSHRINK_H
