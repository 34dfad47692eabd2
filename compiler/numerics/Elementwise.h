//===- Elementwise.h - element functions by name ----------------*- C++ -*-===//
//
// The dialect names a function and gives its constants; here is what it computes. A new function is a header of its own
// and a line in visitElementFunctions.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_NUMERICS_ELEMENTWISE_H
#define NNC_COMPILER_NUMERICS_ELEMENTWISE_H

#include "compiler/numerics/Elu.h"
#include "compiler/numerics/Gelu.h"
#include "compiler/numerics/Hardshrink.h"
#include "compiler/numerics/Hardsigmoid.h"
#include "compiler/numerics/Hardtanh.h"
#include "compiler/numerics/LeakyRelu.h"
#include "compiler/numerics/Mish.h"
#include "compiler/numerics/Relu.h"
#include "compiler/numerics/Sigmoid.h"
#include "compiler/numerics/Softplus.h"
#include "compiler/numerics/Softshrink.h"
#include "compiler/numerics/Softsign.h"
#include "compiler/numerics/Tanh.h"
#include "compiler/numerics/Threshold.h"

#include <cassert>
#include <cstddef>
#include <string_view>

namespace nnc::numerics {

/// Calls visit(name, constantCount, apply) for each element function; apply(builder, constants, x) is its value.
/// Generic lambdas, so that asking for a name instantiates no arithmetic: a copy for plain floats in a file that is
/// compiled without -ffp-contract=off could be the one that the linker keeps.
template <typename Visitor> void visitElementFunctions(Visitor visit) {
  visit("celu", 1, [](auto &b, const float *c, auto x) { return celu(b, x, c[0]); });
  visit("elu", 1, [](auto &b, const float *c, auto x) { return elu(b, x, c[0]); });
  visit("gelu", 0, [](auto &b, const float *, auto x) { return gelu(b, x); });
  visit("gelu_tanh", 0, [](auto &b, const float *, auto x) { return geluTanh(b, x); });
  visit("hardshrink", 1, [](auto &b, const float *c, auto x) { return hardshrink(b, x, c[0]); });
  visit("hardsigmoid", 0, [](auto &b, const float *, auto x) { return hardsigmoid(b, x); });
  visit("hardswish", 0, [](auto &b, const float *, auto x) { return hardswish(b, x); });
  visit("hardtanh", 2, [](auto &b, const float *c, auto x) { return hardtanh(b, x, c[0], c[1]); });
  visit("leaky_relu", 1, [](auto &b, const float *c, auto x) { return leakyRelu(b, x, c[0]); });
  visit("logsigmoid", 0, [](auto &b, const float *, auto x) { return logsigmoid(b, x); });
  visit("mish", 0, [](auto &b, const float *, auto x) { return mish(b, x); });
  visit("relu", 0, [](auto &b, const float *, auto x) { return relu(b, x); });
  visit("relu6", 0, [](auto &b, const float *, auto x) { return relu6(b, x); });
  visit("selu", 0, [](auto &b, const float *, auto x) { return selu(b, x); });
  visit("sigmoid", 0, [](auto &b, const float *, auto x) { return sigmoid(b, x); });
  visit("silu", 0, [](auto &b, const float *, auto x) { return silu(b, x); });
  visit("softplus", 2, [](auto &b, const float *c, auto x) { return softplus(b, x, c[0], c[1]); });
  visit("softshrink", 1, [](auto &b, const float *c, auto x) { return softshrink(b, x, c[0]); });
  visit("softsign", 0, [](auto &b, const float *, auto x) { return softsign(b, x); });
  visit("tanh", 0, [](auto &b, const float *, auto x) { return tanh(b, x); });
  visit("tanhshrink", 0, [](auto &b, const float *, auto x) { return tanhshrink(b, x); });
  visit("threshold", 2, [](auto &b, const float *c, auto x) { return threshold(b, x, c[0], c[1]); });
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
