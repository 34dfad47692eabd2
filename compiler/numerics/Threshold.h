//===- Threshold.h - x <= threshold ? value : x -----------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_THRESHOLD_H
#define NNC_COMPILER_NUMERICS_THRESHOLD_H

namespace nnc::numerics {

/// NaN stays NaN.
template <typename B> typename B::Float threshold(B &b, typename B::Float x, float threshold, float value) {
  return b.select(b.orMask(b.less(b.constant(threshold), x), b.isNan(x)), x, b.constant(value));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_THRESHOLD_H
