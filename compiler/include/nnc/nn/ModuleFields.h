//===- ModuleFields.h - the fields that NNC_MODULE lists --------*- C++ -*-===//

#ifndef NNC_NN_MODULEFIELDS_H
#define NNC_NN_MODULEFIELDS_H

#include "nnc/nn/Parameter.h"
#include "nnc/nn/Value.h"

#include <optional>
#include <string>
#include <tuple>
#include <type_traits>

namespace nnc::nn {

class AnyModule;
class Module;

/// Is shown the fields of a module, in the order of their list.
class FieldVisitor {
public:
  virtual ~FieldVisitor() = default;
  virtual void visitModule(const std::string &name, const Module &module) = 0;
  virtual void visitParameter(const std::string &name, const Parameter &parameter) = 0;
};

namespace detail {

/// Stands at the end of every list of fields.
struct LastField {};
inline constexpr LastField lastField;

/// Takes the first name off "a, b, c".
std::string takeName(const char *&names);
/// The module that is held.
const Module &moduleIn(const AnyModule &module);

template <typename Field> void visitField(FieldVisitor &visitor, const char *&names, const Field &field) {
  if constexpr (std::is_base_of_v<Module, Field>) {
    visitor.visitModule(takeName(names), field);
  } else if constexpr (std::is_same_v<AnyModule, Field>) {
    visitor.visitModule(takeName(names), moduleIn(field));
  } else if constexpr (std::is_same_v<Parameter, Field>) {
    visitor.visitParameter(takeName(names), field);
  } else if constexpr (std::is_same_v<std::optional<Parameter>, Field>) {
    std::string name = takeName(names);
    if (field)
      visitor.visitParameter(name, *field);
  } else {
    static_assert(std::is_same_v<LastField, Field>,
                  "NNC_MODULE lists modules and parameters: fields derived from "
                  "nn::Module, and nn::Parameter; for several there is nn::ModuleList");
  }
}

/// Shows `fields`, whose names are `names` as they stand in the source, to `visitor`.
template <typename... Fields>
void visitFields(FieldVisitor &visitor, const char *names, const std::tuple<Fields &...> &fields) {
  std::apply([&](const auto &...field) { (visitField(visitor, names, field), ...); }, fields);
}

} // namespace detail

} // namespace nnc::nn

#endif // NNC_NN_MODULEFIELDS_H
