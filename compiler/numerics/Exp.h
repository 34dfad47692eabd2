//===- Exp.h - e to the x ---------------------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_EXP_H
#define NNC_COMPILER_NUMERICS_EXP_H

#include "compiler/numerics/Polynomial.h"

namespace nnc::numerics {

/// 2^k for k in [-127, 128], of which the first is 0 and the last infinite.
template <typename B> typename B::Float powerOfTwo(B &b, typename B::Int k) {
  return b.fromBits(b.shiftLeft(b.addInt(k, b.constantInt(127)), 23));
}

/// x = n ln 2 + r with |r| <= ln(2)/2 and n a whole number.
template <typename B> struct ExpReduction {
  typename B::Float r;
  typename B::Int n;
};

/// Of x in [-176.25, 89]. The classic reduction: see Muller, "Elementary Functions", chapter 11.
template <typename B> ExpReduction<B> reduceExp(B &b, typename B::Float x) {
  using Float = typename B::Float;
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
  Float shift = b.constant(0x1.8p23f);
  Float shifted = b.fma(x, b.constant(0x1.715476p+0f), shift);
  Float n = b.sub(shifted, shift);
  // ln 2 as a sum of two floats, the first so short that n times it is exact.
  Float r = b.fma(n, b.constant(-0x1.62e4p-1f), x);
  r = b.fma(n, b.constant(-0x1.7f7d1cp-20f), r);
  return {r, b.subInt(b.toBits(shifted), b.toBits(shift))};
}

/// Of x, moved into [lowest, highest]; NaN for NaN.
template <typename B> ExpReduction<B> reduceExp(B &b, typename B::Float x, float lowest, float highest) {
  using Float = typename B::Float;
  Float low = b.constant(lowest), high = b.constant(highest);
  x = b.select(b.less(x, low), low, x);
  x = b.select(b.less(high, x), high, x);
  return reduceExp(b, x);
}

/// (p + low) 2^n: e to some power, with p in [0.7, 1.42], which stays good to an ULP where the product is subnormal;
/// `low` is what rounding took from p.
template <typename B> struct ScaledExp {
  typename B::Float p, low;
  typename B::Int n;
};

template <typename B> ScaledExp<B> expOfReduction(B &b, const ExpReduction<B> &reduction) {
  using Float = typename B::Float;
  Float r = reduction.r;
  // The minimax polynomial of relative error (Remez, 0.05 * 2^-24) of the form 1 + r + r^2 q(r).
  Float q = polynomial(b, r, {0x1.6a2434p-10f, 0x1.1239e2p-7f, 0x1.5558f2p-5f, 0x1.555492p-3f, 0x1.fffffcp-2f});
  // 1 + r as an exact sum of two floats keeps the error of p near half an ULP.
  Float one = b.constant(1.0f), high = b.add(one, r), low = b.sub(r, b.sub(high, one));
  Float tail = b.fma(b.mul(r, r), q, low), p = b.add(high, tail);
  return {p, b.sub(tail, b.sub(p, high)), reduction.n};
}

/// e^x. Beyond the limits it is 0 or infinite, and n is what `scaled` can do; at the lower one p is below 1, so that y
/// p is finite and `scaled` makes 0 of it.
template <typename B> ScaledExp<B> scaledExp(B &b, typename B::Float x) {
  return expOfReduction(b, reduceExp(b, x, -176.25f, 89.0f));
}

/// e^(x + low) for a small `low`, the rounding error of x.
template <typename B> ScaledExp<B> scaledExp(B &b, typename B::Float x, typename B::Float low) {
  ExpReduction<B> reduction = reduceExp(b, x, -176.25f, 89.0f);
  reduction.r = b.add(reduction.r, low);
  return expOfReduction(b, reduction);
}

/// y 2^n. By two factors, since n reaches from -254 to 128: the first product is exact where the result is not 0, the
/// second rounds.
template <typename B> typename B::Float scaled(B &b, typename B::Float y, typename B::Int n) {
  typename B::Int half = b.shiftRight(n, 1);
  return b.mul(b.mul(y, powerOfTwo(b, half)), powerOfTwo(b, b.subInt(n, half)));
}

/// e^x, at most 1 ULP off: NaN for NaN, +inf above the range, subnormal and +0 below it, 1 for both zeros.
template <typename B> typename B::Float exp(B &b, typename B::Float x) {
  ScaledExp<B> exp = scaledExp(b, x);
  return scaled(b, exp.p, exp.n);
}

/// exp(x) of x in [-87, 0], the same bits with less work: the result is normal, so that 2^n goes into the exponent.
template <typename B> typename B::Float expNormal(B &b, typename B::Float x) {
  ScaledExp<B> exp = expOfReduction(b, reduceExp(b, x));
  return b.fromBits(b.addInt(b.toBits(exp.p), b.shiftLeft(exp.n, 23)));
}

/// Whether x, at most 0 or NaN, is not for `expNormal`.
template <typename B> typename B::Mask isTooSmallForExpNormal(B &b, typename B::Float x) {
  return b.orMask(b.less(x, b.constant(-87.0f)), b.isNan(x));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_EXP_H
