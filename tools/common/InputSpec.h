//===- InputSpec.h - tensors as command lines name them ---------*- C++ -*-===//

#ifndef NNC_TOOLS_COMMON_INPUTSPEC_H
#define NNC_TOOLS_COMMON_INPUTSPEC_H

#include "tools/common/InputStream.h"

namespace nnc {

/// The whole of what InputStream::open gives for `spec`; `generator` goes on behind it.
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
