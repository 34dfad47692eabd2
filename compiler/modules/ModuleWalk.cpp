//===- ModuleWalk.cpp - all modules and parameters of a module ------------===//

#include "compiler/modules/ModuleWalk.h"

#include <algorithm>
#include <set>

using namespace nnc;
using namespace nnc::nn;

namespace {

/// Adds one module's fields and those below them to a walk.
class Collector : public FieldVisitor {
public:
  Collector(ModuleWalk &walk, std::vector<const Module::State *> &open, std::set<ElementsId> &seen,
            const Module &module, std::string path)
      : walk(walk), open(open), seen(seen), module(module), path(std::move(path)) {}

  void collect() {
    const Module::State *state = &detail::ModuleAccess::state(module);
    if (std::find(open.begin(), open.end(), state) != open.end())
      throw Error(StatusCode::Invalid, path + ": the module is inside itself");
    open.push_back(state);
    walk.modules.push_back({path, &module});
    module.nncVisitFields(*this);
    for (const auto &[name, child] : children)
      Collector(walk, open, seen, *child, join(name)).collect();
    open.pop_back();
  }

  void visitModule(const std::string &name, const Module &child) override {
    checkName(name);
    children.push_back({name, &child});
  }

  void visitParameter(const std::string &name, const Parameter &parameter) override {
    checkName(name);
    bool isFirst = seen.insert(parameter.elementsId()).second;
    walk.parameters.push_back({join(name), parameter, isFirst});
  }

private:
  std::string join(const std::string &name) const { return path.empty() ? name : path + "." + name; }

  void checkName(const std::string &name) {
    if (!names.insert(name).second)
      throw Error(StatusCode::Invalid,
                  join(name) + ": " + module.nncTypeName() + " has the field '" + name + "' twice");
  }

  ModuleWalk &walk;
  std::vector<const Module::State *> &open; ///< the modules on the way here
  std::set<ElementsId> &seen;               ///< the elements of the parameters found
  const Module &module;
  std::string path;
  std::set<std::string> names;
  std::vector<std::pair<std::string, const Module *>> children;
};

} // namespace

ModuleWalk::ModuleWalk(const Module &root) {
  std::vector<const Module::State *> open;
  std::set<ElementsId> seen;
  Collector(*this, open, seen, root, "").collect();
}

std::vector<ElementsId> ModuleWalk::structure() const {
  std::vector<ElementsId> result;
  for (const FoundModule &found : modules)
    result.push_back({&detail::ModuleAccess::state(*found.module), 0});
  for (const FoundParameter &found : parameters)
    result.push_back(found.parameter.elementsId());
  return result;
}
