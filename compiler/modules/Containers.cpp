//===- Containers.cpp - modules made of modules ---------------------------===//

#include "nnc/nn/Containers.h"

#include "compiler/modules/ModuleWalk.h"

#include <algorithm>

using namespace nnc;
using namespace nnc::nn;

/// The one module's forward, which takes and returns one value.
static Value callOne(const Module &module, const Value &x) {
  detail::CallScope scope(module, x);
  std::vector<Value> results = module.nncForward({x});
  if (results.size() != 1)
    throw Error(StatusCode::Invalid, std::string(module.nncTypeName()) + ": returns " + std::to_string(results.size()) +
                                         " values; in a Sequential or ModuleList a module returns one");
  return results.front();
}

Value AnyModule::operator()(const Value &x) const { return callOne(*held, x); }

Tensor AnyModule::operator()(const Tensor &x) const { return detail::run(*held, {&x}).front(); }

Container::Container(const char *typeName, std::initializer_list<Child> list) : typeName(typeName) {
  for (const Child &child : list)
    add(child);
}

void Container::add(const Child &given) {
  requireNotYetCalled();
  Child child = given;
  if (child.name.empty())
    child.name = std::to_string(children->size());
  auto fail = [&](const std::string &reason) {
    throw Error(StatusCode::Invalid, std::string(typeName) + ": " + reason);
  };
  if (child.name.find('.') != std::string::npos)
    fail("the name '" + child.name + "' has a dot, which paths are made with");
  if (std::any_of(children->begin(), children->end(), [&](const Child &other) { return other.name == child.name; }))
    fail("it has a module '" + child.name + "' already");
  for (const ModuleWalk::FoundModule &found : ModuleWalk(*child.module).modules)
    if (&detail::ModuleAccess::state(*found.module) == &detail::ModuleAccess::state(*this))
      fail("it would be inside itself, as '" + child.name + (found.path.empty() ? "" : "." + found.path) + "'");
  children->push_back(std::move(child));
}

const AnyModule &Container::operator[](int64_t index) const {
  int64_t count = static_cast<int64_t>(children->size());
  int64_t position = index < 0 ? index + count : index;
  if (position < 0 || position >= count)
    throw Error(StatusCode::Invalid, std::string(nncTypeName()) + ": index " + std::to_string(index) + " of " +
                                         std::to_string(count) + " modules");
  return (*children)[static_cast<size_t>(position)].module;
}

void Container::nncVisitFields(FieldVisitor &visitor) const {
  for (const Child &child : *children)
    visitor.visitModule(child.name, *child.module);
}

Value Sequential::forward(const Value &x) const {
  Value result = x;
  for (const AnyModule &module : *this)
    result = module(result);
  return result;
}

std::vector<Value> ModuleList::nncForward(const std::vector<Value> &) const {
  throw Error(StatusCode::Invalid, "an nn::ModuleList is not callable: call its modules, or use nn::Sequential");
}
