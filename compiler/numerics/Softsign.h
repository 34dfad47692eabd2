//===- Softsign.h - x / (1 + |x|) -------------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_SOFTSIGN_H
#define NNC_COMPILER_NUMERICS_SOFTSIGN_H

#include "compiler/numerics/Sign.h"

namespace nnc::numerics {

/// NaN for NaN and for the infinities, as in PyTorch; zeros and subnormals are themselves.
template <typename B> typename B::Float softsign(B &b, typename B::Float x) {
  return b.div(x, b.add(b.constant(1.0f), absolute(b, x)));
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_SOFTSIGN_H
