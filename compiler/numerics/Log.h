//===- Log.h - natural logarithms -------------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_LOG_H
#define NNC_COMPILER_NUMERICS_LOG_H

#include "compiler/numerics/Polynomial.h"

namespace nnc::numerics {

/// log(2^k (1 + f + fLow)) for a whole k, f in [sqrt(1/2) - 1, sqrt(2) - 1] and at most an ULP of it more.
///
/// log(1 + f) = f - f^2/2 + f^3 p(f), the minimax polynomial of relative error (reweighted least squares on Chebyshev
/// points, 2^-27.3) of this form.
template <typename B>
typename B::Float logOfParts(B &b, typename B::Float k, typename B::Float f, typename B::Float fLow) {
  using Float = typename B::Float;
  Float p = polynomial(b, f,
                       {-0x1.38c974p-4f, 0x1.055eaep-3f, -0x1.0d8246p-3f, 0x1.22d93p-3f, -0x1.54728ap-3f,
                        0x1.99a01cp-3f, -0x1.000226p-2f, 0x1.555554p-2f});
  Float square = b.mul(f, f);
  Float tail = b.fma(square, b.fma(f, p, b.constant(-0.5f)), b.fma(b.sub(b.constant(0.0f), f), fLow, fLow));
  // ln 2 as a sum of two floats, the first so short that k times it is exact; then an exact sum of two floats.
  Float high = b.mul(k, b.constant(0x1.62e4p-1f));
  Float sum = b.add(high, f), low = b.sub(f, b.sub(sum, high));
  return b.add(sum, b.add(b.fma(k, b.constant(0x1.7f7d1cp-20f), low), tail));
}

/// log(x), at most 1 ULP off: NaN for NaN and below 0, -inf for both zeros, +inf for +inf.
template <typename B> typename B::Float log(B &b, typename B::Float x) {
  using Float = typename B::Float;
  using Int = typename B::Int;
  auto isSubnormal = b.less(x, b.constant(0x1p-126f));
  Int bits = b.toBits(b.select(isSubnormal, b.mul(x, b.constant(0x1p23f)), x));
  // 1 + f in [sqrt(1/2), sqrt(2)): subtracting the bits of sqrt(1/2) carries into the exponent where x is at or above
  // it.
  Int exponent = b.shiftRight(b.subInt(bits, b.constantInt(0x3f3504f3)), 23);
  Float f = b.sub(b.fromBits(b.subInt(bits, b.shiftLeft(exponent, 23))), b.constant(1.0f));
  exponent = b.select(isSubnormal, b.subInt(exponent, b.constantInt(23)), exponent);
  // To a float: as the last bits of 1.5 * 2^23 + k.
  Float shift = b.constant(0x1.8p23f);
  Float k = b.sub(b.fromBits(b.addInt(b.toBits(shift), exponent)), shift);
  Float y = logOfParts(b, k, f, b.constant(0.0f));

  Float zero = b.constant(0.0f), infinity = b.fromBits(b.constantInt(0x7f800000));
  y = b.select(b.less(x, infinity), y, x); // +inf and NaN
  y = b.select(b.less(x, zero), b.fromBits(b.constantInt(0x7fc00000)), y);
  auto isZero = b.notMask(b.orMask(b.orMask(b.less(x, zero), b.less(zero, x)), b.isNan(x)));
  return b.select(isZero, b.sub(zero, infinity), y);
}

/// log(1 + x + low) for x in [0, 1] and at most an ULP of it more: NaN for NaN, x for a zero or a subnormal number.
template <typename B> typename B::Float log1pOfUnit(B &b, typename B::Float x, typename B::Float low) {
  using Float = typename B::Float;
  Float zero = b.constant(0.0f), half = b.constant(0.5f), one = b.constant(1.0f);
  // From sqrt(2) - 1 on, 1 + x = 2 (1 + (x - 1) / 2).
  auto isLarge = b.less(b.constant(0x1.a8279ap-2f), x);
  Float f = b.select(isLarge, b.fma(x, half, b.constant(-0.5f)), x);
  return logOfParts(b, b.select(isLarge, one, zero), f, b.select(isLarge, b.mul(low, half), low));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_LOG_H
