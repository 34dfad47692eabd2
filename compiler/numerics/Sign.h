//===- Sign.h - the sign of a float -----------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_SIGN_H
#define NNC_COMPILER_NUMERICS_SIGN_H

#include <cstdint>

namespace nnc::numerics {

/// |x|, also of NaN.
template <typename B> typename B::Float absolute(B &b, typename B::Float x) {
  return b.fromBits(b.andInt(b.toBits(x), b.constantInt(0x7fffffff)));
}

/// `magnitude`, which has no sign, with the sign of `x`.
template <typename B> typename B::Float withSignOf(B &b, typename B::Float magnitude, typename B::Float x) {
  typename B::Int sign = b.andInt(b.toBits(x), b.constantInt(INT32_MIN));
  return b.fromBits(b.orInt(b.toBits(magnitude), sign));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_SIGN_H
