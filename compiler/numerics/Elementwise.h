//===- Elementwise.h - element functions by name ----------------*- C++ -*-===//
//
// The dialect names a function and gives its constants; here is what it computes. A new function is a header of its own
// and a line in both functions below.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_NUMERICS_ELEMENTWISE_H
#define NNC_COMPILER_NUMERICS_ELEMENTWISE_H

#include "compiler/numerics/Relu.h"

#include <cassert>
#include <cstddef>
#include <string_view>

namespace nnc::numerics {

/// Whether `function` is defined here.
inline bool isElementFunction(std::string_view function) { return function == "relu"; }

/// `function`, which is defined here, of `x`.
template <typename B>
typename B::Float elementwise(B &b, std::string_view function, [[maybe_unused]] const float *constants,
                              [[maybe_unused]] size_t constantCount, typename B::Float x) {
  assert(isElementFunction(function) && "a function that numerics defines");
  return relu(b, x);
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_ELEMENTWISE_H
