//===- Containers.h - modules made of modules -------------------*- C++ -*-===//

#ifndef NNC_NN_CONTAINERS_H
#define NNC_NN_CONTAINERS_H

#include "nnc/nn/Module.h"

#include <initializer_list>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nnc::nn {

/// A module of any type; a handle, like every module.
class AnyModule {
public:
  template <typename M, std::enable_if_t<std::is_base_of_v<Module, std::decay_t<M>>, int> = 0>
  AnyModule(M &&module) : held(std::make_shared<std::decay_t<M>>(std::forward<M>(module))) {}

  /// Calls the module, which takes and returns one tensor.
  Value operator()(const Value &x) const;
  Tensor operator()(const Tensor &x) const;

  const Module &operator*() const { return *held; }
  const Module *operator->() const { return held.get(); }
  /// The module as what it is: `stack[0].as<nn::Linear>().weight`. Throws Error if it is something else.
  template <typename M> const M &as() const {
    auto *module = dynamic_cast<const M *>(held.get());
    if (!module)
      throw Error(StatusCode::Invalid, std::string("the module is a ") + held->nncTypeName());
    return *module;
  }

private:
  std::shared_ptr<const Module> held;
};

inline std::ostream &operator<<(std::ostream &os, const AnyModule &module) { return os << *module; }

/// A child of a container: a module, or {"name", module}. Without a name it has its position: "0", "1", ...
struct Child {
  template <typename M, std::enable_if_t<std::is_constructible_v<AnyModule, M>, int> = 0>
  Child(M &&module) : module(std::forward<M>(module)) {}
  Child(std::string name, AnyModule module) : name(std::move(name)), module(std::move(module)) {}

  std::string name;
  AnyModule module;
};

/// What Sequential and ModuleList have in common: a list of children, shared by copies.
class Container : public Module {
public:
  size_t size() const { return children->size(); }
  /// Child `index`; negative ones count from the end. Throws Error if it is not there.
  const AnyModule &operator[](int64_t index) const;

  class Iterator {
  public:
    explicit Iterator(const Child *child) : child(child) {}
    const AnyModule &operator*() const { return child->module; }
    Iterator &operator++() {
      ++child;
      return *this;
    }
    bool operator!=(const Iterator &other) const { return child != other.child; }

  private:
    const Child *child;
  };
  Iterator begin() const { return Iterator(children->data()); }
  Iterator end() const { return Iterator(children->data() + children->size()); }

  void NNC_MODULE_is_missing_in_this_class() const override {}
  const char *nncTypeName() const override { return typeName; }
  void nncVisitFields(FieldVisitor &visitor) const override;

protected:
  Container(const char *typeName, std::initializer_list<Child> list);

  /// Throws Error: a name that is there already, is empty or has a dot; the container itself; after the first call.
  void add(const Child &child);

  const char *typeName;
  std::shared_ptr<std::vector<Child>> children = std::make_shared<std::vector<Child>>();
};

namespace detail {
/// Takes part in overload resolution if these are children in parentheses, and not a `Self` to be copied.
template <typename Self, typename... Modules>
using IfChildren =
    std::enable_if_t<(sizeof...(Modules) > 0) && (std::is_constructible_v<Child, Modules> && ...) &&
                         !(sizeof...(Modules) == 1 && (std::is_base_of_v<Self, std::decay_t<Modules>> && ...)),
                     int>;
} // namespace detail

/// Calls its children one after the other. Written with braces, which fix the order in which the modules are made and
/// thus the parameters drawn:
///
///     nn::Sequential stack{nn::Linear(784, 512), nn::ReLU(), nn::Linear(512, 10)};
///     nn::Sequential named{{"fc", nn::Linear(784, 10)}, {"act", nn::ReLU()}};
class Sequential : public Container {
public:
  Sequential() : Sequential(std::initializer_list<Child>()) {}
  Sequential(std::initializer_list<Child> list) : Container("Sequential", list) {}
  template <typename... Modules, detail::IfChildren<Sequential, Modules...> = 0>
  explicit Sequential(Modules &&...) : Sequential() {
    static_assert(
        detail::never<Modules...>,
        "write nn::Sequential{...} with braces: C++ may evaluate what stands in parentheses in any order, and "
        "the parameters would be drawn in that order");
  }

  Sequential &append(const Child &module) {
    add(module);
    return *this;
  }

  std::vector<Value> nncForward(const std::vector<Value> &values) const override {
    return detail::forwardValues(*this, &Sequential::forward, values);
  }
  template <typename T> auto operator()(const T &x) const { return detail::call(*this, &Sequential::forward, x); }
  Value forward(const Value &x) const;
};

/// Modules to be called one by one: `for (const auto &layer : layers) x = layer(x);`
class ModuleList : public Container {
public:
  ModuleList() : ModuleList(std::initializer_list<Child>()) {}
  ModuleList(std::initializer_list<Child> list) : Container("ModuleList", list) {}
  template <typename... Modules, detail::IfChildren<ModuleList, Modules...> = 0>
  explicit ModuleList(Modules &&...) : ModuleList() {
    static_assert(
        detail::never<Modules...>,
        "write nn::ModuleList{...} with braces: C++ may evaluate what stands in parentheses in any order, and "
        "the parameters would be drawn in that order");
  }

  ModuleList &append(const Child &module) {
    add(module);
    return *this;
  }

  std::vector<Value> nncForward(const std::vector<Value> &values) const override;
  template <typename... T> Value operator()(const T &...) const {
    static_assert(detail::never<T...>, "an nn::ModuleList is not callable: call its modules, or use nn::Sequential");
    return detail::noValue();
  }

protected:
  bool nncCollapsesChildren() const override { return true; }
};

} // namespace nnc::nn

#endif // NNC_NN_CONTAINERS_H
