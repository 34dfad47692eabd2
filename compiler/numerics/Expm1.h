//===- Expm1.h - e to the x, minus 1 ----------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_EXPM1_H
#define NNC_COMPILER_NUMERICS_EXPM1_H

#include "compiler/numerics/Exp.h"
#include "compiler/numerics/Polynomial.h"

namespace nnc::numerics {

/// factor (e^x - 1), rounded once but for errors of a smaller term: NaN for NaN, -factor for -inf.
///
/// With x = n ln 2 + r, e^x - 1 is 2^n (e^r - 1) + (2^n - 1), and e^r - 1 is the minimax polynomial of relative error
/// (reweighted least squares on Chebyshev points, 2^-31) of the form r + r^2 q(r).
template <typename B> typename B::Float timesExpm1(B &b, typename B::Float x, float factor) {
  using Float = typename B::Float;
  // Below -20 it is -1.
  auto [r, n] = reduceExp(b, x, -20.0f, 89.0f);
  Float q =
      polynomial(b, r, {0x1.9e6ef4p-13f, 0x1.6d3a3ap-10f, 0x1.1112dap-7f, 0x1.5554f8p-5f, 0x1.555554p-3f, 0x1p-1f});
  // 2^n in two factors, for n = 128.
  typename B::Int half = b.shiftRight(n, 1), rest = b.subInt(n, half);
  Float power = powerOfTwo(b, half), offset = b.sub(power, powerOfTwo(b, b.subInt(b.constantInt(0), rest)));
  // offset + power r as an exact sum of two floats.
  Float product = b.mul(power, r), high = b.add(offset, product), low = b.sub(product, b.sub(high, offset));
  Float tail = b.fma(b.mul(product, r), q, low), constant = b.constant(factor);
  return b.mul(b.fma(high, constant, b.mul(tail, constant)), powerOfTwo(b, rest));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_EXPM1_H
