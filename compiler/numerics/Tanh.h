//===- Tanh.h - the hyperbolic tangent --------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_TANH_H
#define NNC_COMPILER_NUMERICS_TANH_H

#include "compiler/numerics/Exp.h"
#include "compiler/numerics/Polynomial.h"
#include "compiler/numerics/Sign.h"

namespace nnc::numerics {

/// Where a definition goes over from a polynomial to exp.
inline constexpr float tanhPolynomialEnd = 1.0f;

/// (tanh(x) - x) / x^3 for x in [-1, 1], given x^2: the minimax polynomial in x^2 of relative error (reweighted least
/// squares on Chebyshev points, 2^-25).
template <typename B> typename B::Float tanhTail(B &b, typename B::Float square) {
  return polynomial(b, square,
                    {0x1.ae2d34p-13f, -0x1.2ce1d0p-10f, 0x1.ce191ep-9f, -0x1.246c84p-7f, 0x1.6704eap-6f,
                     -0x1.ba3084p-5f, 0x1.11117ap-3f, -0x1.555556p-2f});
}

/// 1 - tanh(x) = 2 / (e^2x + 1) for x at least 0.
template <typename B> typename B::Float oneMinusTanh(B &b, typename B::Float x) {
  return b.div(b.constant(2.0f), b.add(exp(b, b.add(x, x)), b.constant(1.0f)));
}

/// tanh(x): NaN for NaN, 1 and -1 for the infinities; zeros and subnormals are themselves.
template <typename B> typename B::Float tanh(B &b, typename B::Float x) {
  using Float = typename B::Float;
  Float magnitude = absolute(b, x), square = b.mul(x, x);
  Float near = b.fma(b.mul(magnitude, square), tanhTail(b, square), magnitude);
  Float far = b.sub(b.constant(1.0f), oneMinusTanh(b, magnitude));
  return withSignOf(b, b.select(b.less(magnitude, b.constant(tanhPolynomialEnd)), near, far), x);
}

/// x - tanh(x), without the cancellation: NaN for NaN, infinities themselves, +0 for zeros and what is as small as to
/// give one.
template <typename B> typename B::Float tanhshrink(B &b, typename B::Float x) {
  using Float = typename B::Float;
  Float magnitude = absolute(b, x), square = b.mul(x, x);
  Float near = b.sub(b.constant(0.0f), b.mul(b.mul(magnitude, square), tanhTail(b, square)));
  Float far = b.add(b.sub(magnitude, b.constant(1.0f)), oneMinusTanh(b, magnitude));
  Float y = b.select(b.less(magnitude, b.constant(tanhPolynomialEnd)), near, far);
  return b.add(withSignOf(b, y, x), b.constant(0.0f)); // -0 becomes +0
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_TANH_H
