//===- Elementwise.h - element functions by name ----------------*- C++ -*-===//
//
// The dialect names a function and gives its constants; here is what it computes. A new function is a header of its own
// and a line in visitElementFunctions.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_NUMERICS_ELEMENTWISE_H
#define NNC_COMPILER_NUMERICS_ELEMENTWISE_H

#include "compiler/numerics/Relu.h"

#include <cassert>
#include <cstddef>
#include <string_view>

namespace nnc::numerics {

/// Calls visit(name, constantCount, apply) for each element function; apply(builder, constants, x) is its value.
/// Generic lambdas, so that asking for a name instantiates no arithmetic: a copy for plain floats in a file that is
/// compiled without -ffp-contract=off could be the one that the linker keeps.
template <typename Visitor> void visitElementFunctions(Visitor visit) {
  visit("relu", 0, [](auto &b, const float *, auto x) { return relu(b, x); });
}

/// Whether `function` is defined here.
inline bool isElementFunction(std::string_view function) {
  bool found = false;
  visitElementFunctions([&](std::string_view name, size_t, auto) { found |= name == function; });
  return found;
}

/// `function`, which is defined here and has `constantCount` constants, of `x`.
template <typename B>
typename B::Float elementwise(B &b, std::string_view function, const float *constants,
                              [[maybe_unused]] size_t constantCount, typename B::Float x) {
  [[maybe_unused]] bool found = false;
  typename B::Float result = x;
  visitElementFunctions([&](std::string_view name, [[maybe_unused]] size_t count, auto apply) {
    if (name != function)
      return;
    assert(count == constantCount && "as many constants as the function has");
    found = true;
    result = apply(b, constants, x);
  });
  assert(found && "a function that numerics defines");
  return result;
}

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_ELEMENTWISE_H
