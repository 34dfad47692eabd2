//===- Hardsigmoid.h - min(max(x + 3, 0), 6) / 6 ----------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_HARDSIGMOID_H
#define NNC_COMPILER_NUMERICS_HARDSIGMOID_H

#include "compiler/numerics/Hardtanh.h"

namespace nnc::numerics {

/// NaN stays NaN; 0 for -inf, 1 for +inf.
template <typename B> typename B::Float hardsigmoid(B &b, typename B::Float x) {
  return b.div(relu6(b, b.add(x, b.constant(3.0f))), b.constant(6.0f));
}

/// x hardsigmoid(x): NaN for NaN and -inf; zeros keep their sign. Where PyTorch overflows, multiplying by 6 first, this
/// is still x.
template <typename B> typename B::Float hardswish(B &b, typename B::Float x) { return b.mul(x, hardsigmoid(b, x)); }

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_HARDSIGMOID_H
