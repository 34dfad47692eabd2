//===- ModuleWalk.h - all modules and parameters of a module ----*- C++ -*-===//

#ifndef NNC_COMPILER_MODULES_MODULEWALK_H
#define NNC_COMPILER_MODULES_MODULEWALK_H

#include "nnc/nn/Module.h"

#include <string>
#include <vector>

namespace nnc::nn {

/// A module and all below it, depth first and in the order of their fields; parameters of a module before its
/// children's, as PyTorch has them.
struct ModuleWalk {
  /// Throws Error: a field listed twice, a module inside itself.
  explicit ModuleWalk(const Module &root);

  struct FoundModule {
    std::string path; ///< "stack.0"; empty for the root
    const Module *module;
  };
  struct FoundParameter {
    std::string name; ///< "stack.0.weight"
    Parameter parameter;
    bool isFirst; ///< whether it was not found under another name before
  };

  std::vector<FoundModule> modules;       ///< every place of every module
  std::vector<FoundParameter> parameters; ///< every name of every parameter

  /// What is the same as long as the structure is: who is where.
  std::vector<ElementsId> structure() const;
};

namespace detail {

/// The state that copies of a module share.
struct ModuleAccess {
  static Module::State &state(const Module &module) { return *module.state; }
  static bool collapsesChildren(const Module &module) { return module.nncCollapsesChildren(); }
};

} // namespace detail

} // namespace nnc::nn

#endif // NNC_COMPILER_MODULES_MODULEWALK_H
