//===- Program.h - a module compiled for some inputs ------------*- C++ -*-===//

#ifndef NNC_COMPILER_MODULES_PROGRAM_H
#define NNC_COMPILER_MODULES_PROGRAM_H

#include "compiler/modules/ModuleWalk.h"
#include "nnc/Model.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nnc::nn {

/// The code of a module for inputs of certain shapes on one device, with its parameters as they were last.
class Program {
public:
  /// Traces and compiles `module`, whose walk is `walk`. Text that any module was compiled from before is not compiled
  /// again. Throws Error.
  Program(const Module &module, const ModuleWalk &walk, const std::vector<Shape> &inputs, const Device &device);

  /// Whether it runs inputs of these shapes on `device`.
  bool takes(const std::vector<Shape> &inputs, const Device &device) const;
  /// The model with the elements that the parameters have now.
  Model withCurrentParameters();

private:
  std::vector<Shape> inputs; ///< of the model; -1 for the batch
  StateDict parameters;
  std::vector<uint64_t> fingerprints; ///< of the parameters that the model has
  std::optional<Model> model;
};

} // namespace nnc::nn

#endif // NNC_COMPILER_MODULES_PROGRAM_H
