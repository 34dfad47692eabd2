//===- InputSpec.h - tensors as command lines name them ---------*- C++ -*-===//

#ifndef NNC_TOOLS_COMMON_INPUTSPEC_H
#define NNC_TOOLS_COMMON_INPUTSPEC_H

#include "nnc/Model.h"
#include "nnc/Random.h"

namespace nnc {

/// The tensor that `spec` describes: a .npy file, or `rand` (torch.rand's elements), `zeros` or `ones`, with a shape as
/// in `rand:3x28x28` or without one for `info`'s own with a batch of 1. Errors: what the file or the text has wrong.
Result<Tensor> makeInput(const std::string &spec, const TensorInfo &info, Generator &generator);

/// The input in `infos` for which `argument`, [NAME=]SPEC, is meant, and the SPEC. Without a name it is the
/// `position`-th.
struct NamedSpec {
  size_t index;
  std::string spec;
};
Result<NamedSpec> parseNamedSpec(const std::string &argument, const std::vector<TensorInfo> &infos, size_t position,
                                 const char *what);

} // namespace nnc

#endif // NNC_TOOLS_COMMON_INPUTSPEC_H
