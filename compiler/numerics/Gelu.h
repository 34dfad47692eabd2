//===- Gelu.h - x times the normal distribution function --------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_GELU_H
#define NNC_COMPILER_NUMERICS_GELU_H

#include "compiler/numerics/Exp.h"
#include "compiler/numerics/Polynomial.h"
#include "compiler/numerics/Sigmoid.h"
#include "compiler/numerics/Sign.h"

namespace nnc::numerics {

/// The smaller of |x| and `highest`; NaN for NaN.
template <typename B> typename B::Float cappedMagnitude(B &b, typename B::Float x, float highest) {
  typename B::Float magnitude = absolute(b, x), high = b.constant(highest);
  return b.select(b.less(high, magnitude), high, magnitude);
}

/// x F(x), F the distribution function of the normal distribution, by which PyTorch means x (1 + erf(x / sqrt(2))) / 2:
/// NaN for NaN and -inf, +inf for +inf; zeros keep their sign.
///
/// Up to 1, F(x) = 1/2 + x c(x^2). Beyond, F(-a) = e^(-a^2/2) w(a), where w falls like 1/a: with t = 1 / (a + 5/2), w =
/// t q(t). Polynomials of least relative error of F(-a) (reweighted least squares on Chebyshev points, 2^-28.4 for c
/// and 2^-27.5 for q up to 14.5, from where on x F(x) is 0). No digit cancels in the tail, and none is lost where
/// e^(-a^2/2) is subnormal. What rounding took from t, w and the power of e is carried along, and F(-a) rounded once.
template <typename B> typename B::Float gelu(B &b, typename B::Float x) {
  using Float = typename B::Float;
  Float zero = b.constant(0.0f), one = b.constant(1.0f), half = b.constant(0.5f), shift = b.constant(2.5f);
  Float a = cappedMagnitude(b, x, 20.0f);
  // a + 5/2 as an exact sum of two floats; 1 / (a + 5/2) = t (1 - tError).
  Float sum = b.add(a, shift), sumLow = b.sub(a, b.sub(sum, shift)), t = b.div(one, sum);
  Float tError = b.fma(t, sumLow, b.fma(t, sum, b.constant(-1.0f)));
  Float q = polynomial(b, t,
                       {-0x1.b644c2p+7f, 0x1.266b4ep+8f, -0x1.f6e5a2p+6f, 0x1.b504d8p+2f, 0x1.d87faap-2f,
                        0x1.a65dc6p+1f, 0x1.0c1598p+1f, 0x1.fe99a8p-1f, 0x1.9884eep-2f});
  // w grows like t^1.2 to t^1.8, so that its error is about 1.5 times that of t.
  Float w = b.mul(t, q);
  Float wLow = b.fma(w, b.mul(tError, b.constant(-1.5f)), b.fma(t, q, b.sub(zero, w)));
  // -a^2 / 2 as an exact sum of two floats.
  Float minusHalf = b.mul(a, b.constant(-0.5f)), exponent = b.mul(a, minusHalf);
  auto [p, pLow, n] = scaledExp(b, exponent, b.fma(a, minusHalf, b.sub(zero, exponent)));
  Float tail = b.fma(p, w, b.fma(p, wLow, b.mul(pLow, w)));
  Float far = b.select(b.less(x, zero), scaled(b, b.mul(x, tail), n), b.mul(x, b.sub(one, scaled(b, tail, n))));

  Float square = b.mul(x, x);
  Float c = polynomial(
      b, square,
      {-0x1.122004p-17f, 0x1.e26c88p-14f, -0x1.376eacp-10f, 0x1.46d558p-7f, -0x1.105862p-4f, 0x1.988454p-2f});
  return b.select(b.less(a, one), b.mul(x, b.fma(x, c, half)), far);
}

/// x (1 + tanh(u)) / 2 = x / (1 + e^-2u) with u = sqrt(2/pi) (x + 0.044715 x^3): NaN for NaN and -inf, +inf for +inf;
/// zeros keep their sign.
template <typename B> typename B::Float geluTanh(B &b, typename B::Float x) {
  using Float = typename B::Float;
  // -2 |u| = a (linear + cubic a^2) as a sum of two floats, since exp multiplies its error by 2 |u|.
  constexpr double linear = -1.5957691216057307, cubic = linear * 0.044715;
  constexpr float linearHigh = static_cast<float>(linear), cubicHigh = static_cast<float>(cubic);
  Float a = cappedMagnitude(b, x, 14.0f), zero = b.constant(0.0f);
  Float square = b.mul(a, a), squareLow = b.fma(a, a, b.sub(zero, square));
  Float product = b.mul(square, b.constant(cubicHigh));
  Float productLow = b.fma(square, b.constant(cubicHigh), b.sub(zero, product));
  // Either of the two terms may be the larger.
  Float first = b.constant(linearHigh), sum = b.add(first, product);
  Float part = b.sub(sum, first), sumLow = b.add(b.sub(first, b.sub(sum, part)), b.sub(product, part));
  Float low = b.fma(squareLow, b.constant(cubicHigh), b.add(productLow, sumLow));
  low = b.fma(square, b.constant(static_cast<float>(cubic - cubicHigh)),
              b.add(low, b.constant(static_cast<float>(linear - linearHigh))));
  Float exponent = b.mul(a, sum);
  low = b.fma(a, low, b.fma(a, sum, b.sub(zero, exponent)));
  return timesSigmoid(b, x, scaledExp(b, exponent, low));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_GELU_H
