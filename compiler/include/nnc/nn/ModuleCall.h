//===- ModuleCall.h - calling a module as its forward is --------*- C++ -*-===//

#ifndef NNC_NN_MODULECALL_H
#define NNC_NN_MODULECALL_H

#include "nnc/Tensor.h"
#include "nnc/nn/Value.h"

#include <tuple>
#include <typeinfo>
#include <utility>
#include <vector>

namespace nnc::nn {

class Module;

namespace detail {

/// Compiles `module` for inputs of these shapes, unless that is done, and runs it.
std::vector<Tensor> run(const Module &module, const std::vector<const Tensor *> &inputs);

/// Throws Error if `module` is not a `type`: a derived class without an NNC_MODULE of its own.
void requireType(const Module &module, const std::type_info &type);

/// While it lives, what is built belongs to `module`. Throws Error if the module has parameters and no field leads to
/// it.
class CallScope {
public:
  CallScope(const Module &module, const Value &value);
  ~CallScope();
  CallScope(const CallScope &) = delete;

private:
  std::shared_ptr<Trace> trace;
};

/// What a result of forward becomes.
template <typename Result> struct ResultOf {
  static_assert(never<Result>, "forward returns an nn::Value or a std::tuple of them");
};
template <> struct ResultOf<Value> {
  static std::vector<Value> values(Value value) { return {std::move(value)}; }
  static Tensor tensors(std::vector<Tensor> tensors) { return std::move(tensors.front()); }
};
template <typename... Values> struct ResultOf<std::tuple<Values...>> {
  static_assert((std::is_same_v<Values, Value> && ...), "forward returns an nn::Value or a std::tuple of them");
  template <size_t> using TensorAt = Tensor;

  static std::vector<Value> values(const std::tuple<Values...> &values) {
    return std::apply([](const auto &...value) { return std::vector<Value>{value...}; }, values);
  }
  template <size_t... I> static auto tensors(std::vector<Tensor> tensors, std::index_sequence<I...>) {
    return std::tuple<TensorAt<I>...>(std::move(tensors[I])...);
  }
  static auto tensors(std::vector<Tensor> list) {
    return tensors(std::move(list), std::index_sequence_for<Values...>());
  }
};

/// The parts of forward's type.
template <typename Method> struct Forward {
  static_assert(never<Method>, "forward is a member function");
};
template <typename R, typename M, typename... Arguments> struct Forward<R (M::*)(Arguments...)> {
  static_assert(never<M>, "write const behind forward(...): it describes the network and changes nothing");
};
template <typename R, typename M, typename... Arguments> struct Forward<R (M::*)(Arguments...) const> {
  static_assert(sizeof...(Arguments) > 0 && (std::is_same_v<Value, std::decay_t<Arguments>> && ...),
                "forward takes one nn::Value or several");
  using Result = ResultOf<R>;
  static constexpr size_t arity = sizeof...(Arguments);
};

template <typename M, typename Method, size_t... I>
std::vector<Value> forwardValues(const M &module, Method method, const std::vector<Value> &values,
                                 std::index_sequence<I...>) {
  return Forward<Method>::Result::values((module.*method)(values[I]...));
}

/// forward on a list, which has as many values as forward has arguments.
template <typename M, typename Method>
std::vector<Value> forwardValues(const M &module, Method method, const std::vector<Value> &values) {
  constexpr size_t arity = Forward<Method>::arity;
  if (values.size() != arity)
    throw Error(StatusCode::Invalid, std::string(module.nncTypeName()) + ": forward takes " + std::to_string(arity) +
                                         " values, " + std::to_string(values.size()) + " were given");
  return forwardValues(module, method, values, std::make_index_sequence<arity>());
}

/// forward on Values, or compiled code on Tensors.
template <typename M, typename Method, typename... Arguments>
auto callForward(const M &module, Method method, const Arguments &...arguments) {
  using Signature = Forward<Method>;
  constexpr bool fits = sizeof...(Arguments) == Signature::arity;
  static_assert(fits, "a module is called with as many arguments as its forward has");
  constexpr bool onTensors = (std::is_base_of_v<Tensor, Arguments> && ...);
  constexpr bool onValues = (std::is_same_v<Value, Arguments> && ...);
  static_assert(onTensors || onValues,
                "a module is called on Tensors or, within a forward, on nn::Values, and not on a mixture");
  if constexpr (onValues && fits) {
    CallScope scope(module, std::get<0>(std::tie(arguments...)));
    return (module.*method)(arguments...);
  } else if constexpr (onTensors) {
    return Signature::Result::tensors(run(module, {&arguments...}));
  }
}

/// The call operator that NNC_MODULE defines.
template <typename M, typename Method, typename... Arguments>
auto call(const M &module, Method method, const Arguments &...arguments) {
  requireType(module, typeid(M));
  return detail::callForward(module, method, arguments...);
}

} // namespace detail

} // namespace nnc::nn

#endif // NNC_NN_MODULECALL_H
