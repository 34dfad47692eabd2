//===- Hardshrink.h - -lambda <= x <= lambda ? 0 : x ------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_HARDSHRINK_H
#define NNC_COMPILER_NUMERICS_HARDSHRINK_H

namespace nnc::numerics {

/// NaN stays NaN.
template <typename B> typename B::Float hardshrink(B &b, typename B::Float x, float lambda) {
  auto isLarge = b.orMask(b.less(b.constant(lambda), x), b.less(x, b.constant(-lambda)));
  return b.select(b.orMask(isLarge, b.isNan(x)), x, b.constant(0.0f));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_HARDSHRINK_H
