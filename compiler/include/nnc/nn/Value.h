//===- Value.h - a tensor of a network that is being built ------*- C++ -*-===//

#ifndef NNC_NN_VALUE_H
#define NNC_NN_VALUE_H

#include "nnc/Tensor.h"

#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace nnc::nn {

namespace detail {
class Trace;
/// False, but only when a template is used.
template <typename...> inline constexpr bool never = false;
} // namespace detail

/// What `forward` works on: a tensor with a shape and no elements yet. Calling modules and functions on it builds the
/// network; running comes later. A Value belongs to the call that it was made in.
class Value {
public:
  template <typename T, std::enable_if_t<std::is_base_of_v<Tensor, std::decay_t<T>>, int> = 0> Value(T &&) {
    static_assert(detail::never<T>,
                  "forward works on nn::Value: call the module itself on a Tensor, model(x) and not model.forward(x)");
  }

  template <typename T, std::enable_if_t<std::is_same_v<T, bool>, int> = 0> explicit operator T() const {
    static_assert(detail::never<T>, "an nn::Value has no elements while the network is built: it cannot decide an if");
    return false;
  }

  // These throw Error: a dimension that is not there.

  /// Index (i64) of the largest element along `dim`, which is dropped; without `dim`, of all.
  Value argmax(int64_t dim) const;
  Value argmax() const;
  Value flatten(int64_t start_dim = 0, int64_t end_dim = -1) const;
  Value softmax(int64_t dim) const;

  // What PyTorch has and values have not yet says so.

  template <typename T = Value> Value reshape(const Shape &) const {
    static_assert(detail::never<T>, "reshape of nn::Values is not supported yet; there is flatten");
    return *this;
  }
  template <typename T = Value> Value view(const Shape &) const {
    static_assert(detail::never<T>, "view of nn::Values is not supported yet; there is flatten");
    return *this;
  }
  template <typename T> Value operator[](const T &) const {
    static_assert(detail::never<T>, "indexing of nn::Values is not supported yet");
    return *this;
  }

  /// Number of dimensions.
  int64_t dim() const;
  /// An extent. Asking for the batch, extent 0, makes code for just this batch.
  int64_t size(int64_t dim) const;
  Size size() const;

private:
  friend class detail::Trace;
  Value(std::shared_ptr<detail::Trace> trace, size_t index) : trace(std::move(trace)), index(index) {}

  std::shared_ptr<detail::Trace> trace;
  size_t index = 0; ///< in the trace
};

/// "nn::Value of shape [batch, 784]": what there is to see while the network is built.
std::ostream &operator<<(std::ostream &os, const Value &value);

namespace detail {

/// Never called: what functions return that do not compile.
Value noValue();

template <typename... T> using IfValue = std::enable_if_t<(std::is_same_v<T, Value> || ...), int>;

} // namespace detail

#define NNC_NOT_FOR_VALUES(op, message)                                                                                \
  template <typename A, typename B, ::nnc::nn::detail::IfValue<A, B> = 0> Value operator op(const A &, const B &) {    \
    static_assert(::nnc::nn::detail::never<A, B>, message);                                                            \
    return ::nnc::nn::detail::noValue();                                                                               \
  }
NNC_NOT_FOR_VALUES(+, "addition of nn::Values is not supported yet")
NNC_NOT_FOR_VALUES(-, "subtraction of nn::Values is not supported yet")
NNC_NOT_FOR_VALUES(*, "multiplication of nn::Values is not supported yet")
NNC_NOT_FOR_VALUES(/, "division of nn::Values is not supported yet")
NNC_NOT_FOR_VALUES(+=, "addition of nn::Values is not supported yet")
NNC_NOT_FOR_VALUES(-=, "subtraction of nn::Values is not supported yet")
NNC_NOT_FOR_VALUES(*=, "multiplication of nn::Values is not supported yet")
NNC_NOT_FOR_VALUES(/=, "division of nn::Values is not supported yet")
NNC_NOT_FOR_VALUES(<, "an nn::Value has no elements while the network is built: it cannot be compared")
NNC_NOT_FOR_VALUES(>, "an nn::Value has no elements while the network is built: it cannot be compared")
NNC_NOT_FOR_VALUES(<=, "an nn::Value has no elements while the network is built: it cannot be compared")
NNC_NOT_FOR_VALUES(>=, "an nn::Value has no elements while the network is built: it cannot be compared")
NNC_NOT_FOR_VALUES(==, "an nn::Value has no elements while the network is built: it cannot be compared")
NNC_NOT_FOR_VALUES(!=, "an nn::Value has no elements while the network is built: it cannot be compared")
#undef NNC_NOT_FOR_VALUES

template <typename T, detail::IfValue<T> = 0> Value operator-(const T &) {
  static_assert(detail::never<T>, "negation of nn::Values is not supported yet");
  return detail::noValue();
}
template <typename T> Value cat(const std::vector<T> &, int64_t = 0) {
  static_assert(detail::never<T>, "cat is not supported yet");
  return detail::noValue();
}
template <typename T> Value cat(std::initializer_list<T>, int64_t = 0) {
  static_assert(detail::never<T>, "cat is not supported yet");
  return detail::noValue();
}
template <typename T, detail::IfValue<T> = 0> Value reshape(const T &x, const Shape &) {
  static_assert(detail::never<T>, "reshape of nn::Values is not supported yet; there is flatten");
  return x;
}

namespace detail {

/// An attribute of an operation of the nn dialect: i64, f32 or a string.
using Attribute = std::pair<const char *, std::variant<int64_t, float, std::string>>;

/// nn.`operation` of `x`; throws Error if the operation does not take it.
Value apply(const char *operation, const Value &x, const std::vector<Attribute> &attributes = {});

} // namespace detail

} // namespace nnc::nn

namespace nnc {
// Where PyTorch has them: torch.cat.
using nn::cat;
using nn::reshape;
} // namespace nnc

#endif // NNC_NN_VALUE_H
