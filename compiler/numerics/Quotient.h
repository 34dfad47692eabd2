//===- Quotient.h - many divisions by one divisor ---------------*- C++ -*-===//
//
// x / d for many x and one d, with the bits of the division and without one: multiply-adds take a third of the time.
// With r = 1/d as a sum of two floats, q = x r is within 1/2 + 2^-23 units in the last place of x / d, so that x - d q
// is a float, and correcting q by (x - d q) r rounds as the division does (Markstein's theorem: see Muller et al.,
// "Handbook of Floating-Point Arithmetic", chapter 4). The theorem leaves out significands of d next to 2, for which
// NumericsTest goes through every x.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_NUMERICS_QUOTIENT_H
#define NNC_COMPILER_NUMERICS_QUOTIENT_H

namespace nnc::numerics {

/// A divisor d in [1, 2^32], or NaN.
template <typename B> struct Divisor {
  typename B::Float d, minus, reciprocal, rest; ///< -d; 1/d is reciprocal + rest
};

template <typename B> Divisor<B> makeDivisor(B &b, typename B::Float d) {
  using Float = typename B::Float;
  Float one = b.constant(1.0f), minus = b.sub(b.constant(0.0f), d), reciprocal = b.div(one, d);
  return {d, minus, reciprocal, b.mul(b.fma(minus, reciprocal, one), reciprocal)};
}

/// x / d for x that is +0, NaN or in [2^-64, 1]; of others `isTooSmallForQuotient` is true.
template <typename B> typename B::Float quotient(B &b, typename B::Float x, const Divisor<B> &by) {
  typename B::Float q = b.fma(x, by.reciprocal, b.mul(x, by.rest));
  return b.fma(b.fma(by.minus, q, x), by.reciprocal, q);
}

/// Whether x - d q may be no float, of x from +0 to 1.
template <typename B> typename B::Mask isTooSmallForQuotient(B &b, typename B::Float x) {
  return b.andMask(b.less(b.constant(0.0f), x), b.less(x, b.constant(0x1p-64f)));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_QUOTIENT_H
