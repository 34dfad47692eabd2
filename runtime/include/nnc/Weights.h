//===- Weights.h - parameters by name ---------------------------*- C++ -*-===//

#ifndef NNC_WEIGHTS_H
#define NNC_WEIGHTS_H

#include "nnc/Model.h"
#include "nnc/Safetensors.h"

namespace nnc {

/// The tensors of `file` for `parameters`, in their order. All that is missing, left over (if `options.strict`), of
/// another shape or of a type that cannot be loaded is named in one error.
Result<std::vector<Tensor>> loadParameters(const Safetensors &file, const std::string &modelName,
                                           const std::vector<TensorInfo> &parameters, const LoadOptions &options = {});

} // namespace nnc

#endif // NNC_WEIGHTS_H
