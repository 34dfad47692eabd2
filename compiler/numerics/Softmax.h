//===- Softmax.h - the steps of softmax and argmax --------------*- C++ -*-===//
//
// Softmax of a row x[0..n): the row's maximum m, from -inf by softmaxMax over all elements in any order; e[j] =
// softmaxExp(x[j], m); partial sums s[0..16) from +0, e[j] added to s[j mod 16] in ascending order; then
// y[j] = e[j] / softmaxSum(s), or logSoftmax(x[j], m, log(softmaxSum(s))).
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_NUMERICS_SOFTMAX_H
#define NNC_COMPILER_NUMERICS_SOFTMAX_H

#include "compiler/numerics/Exp.h"
#include "compiler/numerics/Log.h"

namespace nnc::numerics {

/// A sum goes into so many partial sums: what one AVX-512 register holds, and part of the definition everywhere.
inline constexpr int softmaxPartialSums = 16;

/// The larger of `max` and `x`; NaN as soon as one was NaN. Which zero comes out may differ with the order, and does
/// not show: x - 0 and x + 0 have the same exp.
template <typename B> typename B::Float softmaxMax(B &b, typename B::Float max, typename B::Float x) {
  return b.select(b.orMask(b.less(max, x), b.isNan(x)), x, max);
}

template <typename B> typename B::Float softmaxExp(B &b, typename B::Float x, typename B::Float max) {
  return exp(b, b.sub(x, max));
}

/// Adds the partial sums pairwise: i with i + 8, then i + 4, i + 2, i + 1.
template <typename B> typename B::Float softmaxSum(B &b, const typename B::Float *partialSums) {
  typename B::Float sums[softmaxPartialSums];
  for (int i = 0; i < softmaxPartialSums; ++i)
    sums[i] = partialSums[i];
  for (int half = softmaxPartialSums / 2; half >= 1; half /= 2)
    for (int i = 0; i < half; ++i)
      sums[i] = b.add(sums[i], sums[i + half]);
  return sums[0];
}

/// (x - max) - log(sum)
template <typename B>
typename B::Float logSoftmax(B &b, typename B::Float x, typename B::Float max, typename B::Float logSum) {
  return b.sub(b.sub(x, max), logSum);
}

/// Whether argmax, in ascending order, prefers `x` to the `best` so far: the first of equal maxima stays, and the first
/// NaN.
template <typename B> typename B::Mask argmaxIsBetter(B &b, typename B::Float x, typename B::Float best) {
  return b.andMask(b.orMask(b.less(best, x), b.isNan(x)), b.notMask(b.isNan(best)));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_SOFTMAX_H
