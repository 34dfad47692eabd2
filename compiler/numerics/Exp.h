//===- Exp.h - e to the x ---------------------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_EXP_H
#define NNC_COMPILER_NUMERICS_EXP_H

namespace nnc::numerics {

/// e^x, at most 1 ULP off: NaN for NaN, +inf above the range, subnormal and +0 below it, 1 for both zeros.
///
/// x = n ln 2 + r with |r| <= ln(2)/2, and e^x = 2^n e^r (the classic reduction; see Muller, "Elementary Functions",
/// chapter 11). The polynomial is the minimax one of relative error (Remez, 0.05 * 2^-24) of the form
/// 1 + r + r^2 q(r).
template <typename B> typename B::Float exp(B &b, typename B::Float x) {
  using Float = typename B::Float;
  using Int = typename B::Int;
  // Beyond these the result is 0 or infinite, and n stays within what the scaling below can do. NaN passes.
  Float lowest = b.constant(-104.0f), highest = b.constant(89.0f);
  x = b.select(b.less(x, lowest), lowest, x);
  x = b.select(b.less(highest, x), highest, x);

  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
  constexpr float shiftConstant = 0x1.8p23f;
  Float shift = b.constant(shiftConstant);
  Float shifted = b.fma(x, b.constant(0x1.715476p+0f), shift);
  Float n = b.sub(shifted, shift);
  // ln 2 as a sum of two floats, the first so short that n times it is exact.
  Float r = b.fma(n, b.constant(-0x1.62e4p-1f), x);
  r = b.fma(n, b.constant(-0x1.7f7d1cp-20f), r);

  Float q = b.constant(0x1.6a2434p-10f);
  for (float coefficient : {0x1.1239e2p-7f, 0x1.5558f2p-5f, 0x1.555492p-3f, 0x1.fffffcp-2f})
    q = b.fma(q, r, b.constant(coefficient));
  // 1 + r as an exact sum of two floats keeps the error of p near half an ULP.
  Float one = b.constant(1.0f), high = b.add(one, r), low = b.sub(r, b.sub(high, one));
  Float p = b.add(high, b.fma(b.mul(r, r), q, low));

  // 2^n as the product of two powers, since n reaches from -150 to 128: the first product is exact, the second rounds.
  Int exponent = b.subInt(b.toBits(shifted), b.toBits(shift));
  Int half = b.shiftRight(exponent, 1);
  auto powerOfTwo = [&](Int k) { return b.fromBits(b.shiftLeft(b.addInt(k, b.constantInt(127)), 23)); };
  return b.mul(b.mul(p, powerOfTwo(half)), powerOfTwo(b.subInt(exponent, half)));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_EXP_H
