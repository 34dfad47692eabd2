//===- Module.cpp - what all modules can do -------------------------------===//

#include "nnc/nn/Module.h"

#include "compiler/modules/ModuleState.h"
#include "compiler/modules/ModuleWalk.h"
#include "compiler/modules/Trace.h"
#include "nnc/Weights.h"
#include "nnc/nn/Containers.h"

#include <cstring>

using namespace nnc;
using namespace nnc::nn;

Module::Module() : state(std::make_shared<State>()) {}

void Module::requireNotYetCalled() const {
  if (state->called)
    throw Error(StatusCode::Invalid,
                std::string(nncTypeName()) + ": it was called and is compiled; its structure cannot change any more");
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

Parameter::Parameter(Tensor elements) : Tensor(std::move(elements)) {
  if (dtype() != DType::F32)
    throw Error(StatusCode::Invalid, std::string("a parameter of ") + toString(dtype()) + "; parameters are f32");
  requires_grad_();
}

NamedParameters Module::named_parameters() const {
  NamedParameters result;
  for (const ModuleWalk::FoundParameter &found : ModuleWalk(*this).parameters)
    if (found.isFirst)
      result.push_back({found.name, found.parameter});
  return result;
}

std::vector<Parameter> Module::parameters() const {
  std::vector<Parameter> result;
  for (auto &[name, parameter] : named_parameters())
    result.push_back(parameter);
  return result;
}

StateDict Module::state_dict() const {
  StateDict result;
  for (const ModuleWalk::FoundParameter &found : ModuleWalk(*this).parameters)
    result.add(found.name, Tensor(found.parameter).requires_grad_(false));
  return result;
}

void Module::load_state_dict(const StateDict &given, bool strict, const std::string &prefix) {
  ModuleWalk walk(*this);
  std::vector<TensorInfo> wanted;
  std::vector<Parameter> targets;
  for (const ModuleWalk::FoundParameter &found : walk.parameters) {
    // As in PyTorch, what is missing does not matter either if not strict.
    if (!strict && !given.find(prefix + found.name))
      continue;
    wanted.push_back({found.name, DType::F32, found.parameter.shape()});
    targets.push_back(found.parameter);
  }
  std::vector<Tensor> sources = loadParameters(given, nncTypeName(), wanted, {strict, prefix}).orThrow();
  for (size_t i = 0; i < targets.size(); ++i)
    targets[i].copy_(sources[i]);
}

Module &Module::to(const Device &device) {
  if (std::optional<Error> error = device.unavailable())
    throw *error;
  std::vector<Tensor> elements;
  for (const ModuleWalk::FoundParameter &found : ModuleWalk(*this).parameters)
    elements.push_back(found.parameter);
  Tensor::moveAll(elements, device);
  return *this;
}

//===----------------------------------------------------------------------===//
// Calls and fields
//===----------------------------------------------------------------------===//

void detail::requireType(const Module &module, const std::type_info &type) {
  if (typeid(module) != type)
    throw Error(StatusCode::Invalid, std::string("a class derived from ") + module.nncTypeName() +
                                         " has no NNC_MODULE of its own: write NNC_MODULE(Type, fields...) in it");
}

detail::CallScope::CallScope(const Module &module, const Value &value) : trace(Trace::share(value)) {
  trace->enter(module);
}

detail::CallScope::~CallScope() { trace->leave(); }

const Module &detail::moduleIn(const AnyModule &module) { return *module; }

std::string detail::takeName(const char *&names) {
  const char *end = std::strchr(names, ',');
  std::string name(names, end ? static_cast<size_t>(end - names) : std::strlen(names));
  names = end ? end + std::strspn(end, ", ") : names + name.size();
  name.erase(name.find_last_not_of(' ') + 1);
  return name;
}
