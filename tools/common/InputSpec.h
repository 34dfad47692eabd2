//===- InputSpec.h - tensors as command lines name them ---------*- C++ -*-===//

#ifndef NNC_TOOLS_COMMON_INPUTSPEC_H
#define NNC_TOOLS_COMMON_INPUTSPEC_H

#include "nnc/Model.h"

#include <random>

namespace nnc {

/// Elements like torch.rand draws them on the CPU: u = (draw & 0xFFFFFF) * 2^-24 for each draw of a 32-bit Mersenne
/// Twister.
class UniformGenerator {
public:
  explicit UniformGenerator(uint32_t seed) : engine(seed) {}
  float operator()() { return static_cast<float>(engine() & 0xFFFFFF) * 0x1p-24f; }

private:
  std::mt19937 engine;
};

/// The tensor that `spec` describes: a .npy file, or `rand`, `zeros` or `ones`, with a shape as in `rand:3x28x28` or
/// without one for `info`'s own with a batch of 1. Errors: what the file or the text has wrong.
Result<Tensor> makeInput(const std::string &spec, const TensorInfo &info, UniformGenerator &generator);

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
