//===- Module.h - the base of all modules -----------------------*- C++ -*-===//
//
//     struct Block : nn::Module {
//       nn::Linear fc;
//       nn::Parameter scale{nnc::ones({10})};
//       explicit Block(int64_t width) : fc(width, 10) {}
//       NNC_MODULE(Block, fc, scale)
//       std::tuple<nn::Value, nn::Value> forward(nn::Value x) const { return {fc(x), x}; }
//     };
//
//     Block block(4);
//     auto [y, same] = block(nnc::rand({2, 4}));
//
// Modules are handles: a copy has the same parameters and the same compiled code.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_NN_MODULE_H
#define NNC_NN_MODULE_H

#include "nnc/StateDict.h"
#include "nnc/nn/ModuleCall.h"
#include "nnc/nn/ModuleFields.h"
#include "nnc/nn/Parameter.h"
#include "nnc/nn/Value.h"

#include <iosfwd>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

/// NNC_MODULE(Type, fields...) in a class derived from nn::Module names the class and those of its fields that are
/// modules or parameters, in the order in which they are to be printed and saved, and makes it callable as its
/// `forward` is: on nn::Values within another forward, and on Tensors, which compiles and runs it. There is one
/// `forward`; if its result type is `auto`, it stands above.
#define NNC_MODULE(...) NNC_MODULE_WITH_LAST_FIELD(__VA_ARGS__, ::nnc::nn::detail::lastField)
// The last field stands for none, so that there is always one behind the comma.
#define NNC_MODULE_WITH_LAST_FIELD(Type, ...)                                                                          \
  void NNC_MODULE_is_missing_in_this_class() const override {}                                                         \
  const char *nncTypeName() const override {                                                                           \
    static_assert(::std::is_same_v<Type, ::std::decay_t<decltype(*this)>>,                                             \
                  "NNC_MODULE(Type, fields...) begins with the class that it is in");                                  \
    return #Type;                                                                                                      \
  }                                                                                                                    \
  void nncVisitFields(::nnc::nn::FieldVisitor &visitor) const override {                                               \
    ::nnc::nn::detail::visitFields(visitor, #__VA_ARGS__, ::std::tie(__VA_ARGS__));                                    \
  }                                                                                                                    \
  ::std::vector<::nnc::nn::Value> nncForward(const ::std::vector<::nnc::nn::Value> &nncValues) const override {        \
    return ::nnc::nn::detail::forwardValues(*this, &Type::forward, nncValues);                                         \
  }                                                                                                                    \
  template <typename... NncArguments> auto operator()(const NncArguments &...nncArguments) const {                     \
    return ::nnc::nn::detail::call(*this, &Type::forward, nncArguments...);                                            \
  }

namespace nnc::nn {

using nnc::Device;

namespace detail {
struct ModuleAccess;
}

class Module {
public:
  virtual ~Module() = default;

  /// Compiles what a derived class without NNC_MODULE is called with, to say that it is missing.
  template <typename... Arguments> Value operator()(const Arguments &...) const {
    static_assert(detail::never<Arguments...>, "write NNC_MODULE(Type, fields...) in your module, with all its fields "
                                               "that are modules or parameters: it makes the module callable");
    return detail::noValue();
  }

  // These throw Error with the path of the module: a field listed twice, a module inside itself.

  /// Each parameter once, under its first name: "stack.0.weight".
  NamedParameters named_parameters() const;
  std::vector<Parameter> parameters() const;
  /// Each parameter under every name that it has. The tensors are handles, not copies.
  StateDict state_dict() const;
  /// Takes over the elements of `state`, F16 and BF16 widened. One error names all that is missing, left over (if
  /// `strict`) and misshapen; then nothing is changed. The next call uses the new values, without compiling. `prefix`
  /// is what the names in `state` have before the module's own: "module." and the like.
  void load_state_dict(const StateDict &state, bool strict = true, const std::string &prefix = "");

  /// Moves all parameters, or none if it throws Error: the module runs where they are. One without parameters runs
  /// where its input is.
  Module &to(const Device &device);
  /// Nothing: modules here are always in the state that PyTorch's eval() gives.
  Module &eval() { return *this; }

  /// What stands between the parentheses of the printed form.
  virtual std::string extra_repr() const { return ""; }

  // What NNC_MODULE defines. A class that does not have it is abstract, and compilers then name the first of these.

  virtual void NNC_MODULE_is_missing_in_this_class() const = 0;
  virtual const char *nncTypeName() const = 0;
  virtual void nncVisitFields(FieldVisitor &visitor) const = 0;
  virtual std::vector<Value> nncForward(const std::vector<Value> &values) const = 0;

  struct State;

protected:
  Module();
  Module(const Module &) = default;
  Module &operator=(const Module &) = default;

  /// Throws Error if the module, or one that has it, has been called: its structure is compiled.
  void requireNotYetCalled() const;
  /// How the printed form lists the children; `(0-1): 2 x ...` for runs of equal ones if `collapsed`.
  virtual bool nncCollapsesChildren() const { return false; }

private:
  friend struct detail::ModuleAccess;
  std::shared_ptr<State> state; ///< shared by copies
};

/// As PyTorch prints a module: the tree of its fields.
std::ostream &operator<<(std::ostream &os, const Module &module);

} // namespace nnc::nn

#endif // NNC_NN_MODULE_H
