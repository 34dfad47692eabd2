//===- Polynomial.h - polynomials by Horner's rule --------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_POLYNOMIAL_H
#define NNC_COMPILER_NUMERICS_POLYNOMIAL_H

#include <initializer_list>

namespace nnc::numerics {

/// The polynomial with `coefficients`, that of the highest power first: each step one fma.
template <typename B>
typename B::Float polynomial(B &b, typename B::Float x, std::initializer_list<float> coefficients) {
  const float *next = coefficients.begin();
  typename B::Float y = b.constant(*next++);
  while (next != coefficients.end())
    y = b.fma(y, x, b.constant(*next++));
  return y;
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_POLYNOMIAL_H
