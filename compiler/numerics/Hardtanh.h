//===- Hardtanh.h - min(max(x, lowest), highest) ----------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_HARDTANH_H
#define NNC_COMPILER_NUMERICS_HARDTANH_H

namespace nnc::numerics {

/// NaN stays NaN. A zero stays what it is, also where a bound is the other zero.
template <typename B> typename B::Float hardtanh(B &b, typename B::Float x, float lowest, float highest) {
  typename B::Float low = b.constant(lowest), high = b.constant(highest);
  x = b.select(b.less(x, low), low, x);
  return b.select(b.less(high, x), high, x);
}

/// min(max(x, 0), 6)
template <typename B> typename B::Float relu6(B &b, typename B::Float x) { return hardtanh(b, x, 0.0f, 6.0f); }

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_HARDTANH_H
