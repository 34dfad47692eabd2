//===- ModuleState.h - what the copies of a module share --------*- C++ -*-===//

#ifndef NNC_COMPILER_MODULES_MODULESTATE_H
#define NNC_COMPILER_MODULES_MODULESTATE_H

#include "compiler/modules/Program.h"
#include "nnc/nn/Module.h"

#include <atomic>
#include <mutex>
#include <vector>

namespace nnc::nn {

struct Module::State {
  /// Whether it, or a module that has it, was called: then its structure stays.
  std::atomic<bool> called = false;

  std::mutex mutex;                  ///< of what follows
  std::vector<ElementsId> structure; ///< of the calls so far; empty before the first
  std::vector<Program> programs;     ///< compiled for the inputs of the calls so far
};

} // namespace nnc::nn

#endif // NNC_COMPILER_MODULES_MODULESTATE_H
