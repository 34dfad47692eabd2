//===- Weights.h - parameters by name ---------------------------*- C++ -*-===//

#ifndef NNC_WEIGHTS_H
#define NNC_WEIGHTS_H

#include "nnc/Model.h"
#include "nnc/Safetensors.h"
#include "nnc/StateDict.h"

namespace nnc {

/// A tensor that a file or a StateDict has: its type as safetensors spells it.
struct OfferedTensor {
  std::string dtype;
  Shape shape;
};

/// Nothing if `offered` has each of `wanted` in its shape and a type that can be loaded, and nothing else if
/// `options.strict`; else one error that names all that is missing, left over or does not fit.
std::optional<Error> checkWeights(const std::map<std::string, OfferedTensor> &offered, const std::string &source,
                                  const std::vector<TensorInfo> &wanted, const std::string &modelName,
                                  const LoadOptions &options = {});

/// The tensors of `file` for `parameters`, in their order. All that is missing, left over (if `options.strict`), of
/// another shape or of a type that cannot be loaded is named in one error.
Result<std::vector<Tensor>> loadParameters(const Safetensors &file, const std::string &modelName,
                                           const std::vector<TensorInfo> &parameters, const LoadOptions &options = {});
/// The same from memory, without a copy.
Result<std::vector<Tensor>> loadParameters(const StateDict &state, const std::string &modelName,
                                           const std::vector<TensorInfo> &parameters, const LoadOptions &options = {});

} // namespace nnc

#endif // NNC_WEIGHTS_H
