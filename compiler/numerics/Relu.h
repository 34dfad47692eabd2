//===- Relu.h - x < 0 ? 0 : x -----------------------------------*- C++ -*-===//

#ifndef NNC_COMPILER_NUMERICS_RELU_H
#define NNC_COMPILER_NUMERICS_RELU_H

namespace nnc::numerics {

/// NaN stays NaN and -0 stays -0, as in PyTorch.
template <typename B> typename B::Float relu(B &b, typename B::Float x) {
  typename B::Float zero = b.constant(0.0f);
  return b.select(b.less(x, zero), zero, x);
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_RELU_H
