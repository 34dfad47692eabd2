//===- Export.h - a module as model text ------------------------*- C++ -*-===//

#ifndef NNC_NN_EXPORT_H
#define NNC_NN_EXPORT_H

#include "nnc/Tensor.h"

#include <string>
#include <vector>

namespace nnc::nn {

class Module;

/// `module` as a model that `nnc` compiles, for inputs of these shapes; the batch, extent 0 of all, is left open where
/// no operation reads across it. The weights go beside it: nnc::save(module.state_dict(), "model.safetensors").
///
///     std::ofstream("model.mlir") << nn::exportModel(model, {{1, 28, 28}});
///
/// Throws Error as calling the module does.
std::string exportModel(const Module &module, const std::vector<Shape> &inputs);

} // namespace nnc::nn

#endif // NNC_NN_EXPORT_H
