//===- Variant.h - a model's code for GPUs, checked -------------*- C++ -*-===//

#ifndef NNC_RUNTIME_CUDA_VARIANT_H
#define NNC_RUNTIME_CUDA_VARIANT_H

#include "nnc/Status.h"
#include "nnc/abi.h"

#include <string>
#include <vector>

namespace nnc::cuda {

/// abi.h's nnc_cuda_argument, and so on: the same values in types that need no further check.
struct Argument {
  uint32_t kind;
  uint32_t index;
  int64_t offset, scale;
};

struct Launch {
  uint32_t kernel;
  int64_t rows, rowsPerSample;
  uint32_t rowsPerBlock, gridY;
  std::vector<Argument> arguments;
};

struct Schedule {
  int64_t maxSamples;
  std::vector<Launch> launches;
};

struct Kernel {
  const char *name;
  uint32_t threads, dynamicSharedSize;
};

struct Image {
  uint32_t kind;
  int arch;
  uint32_t ptxVersion;
  const void *data;

  /// "PTX for sm_80 and newer", "a binary for sm_90"
  std::string str() const;
  /// Whether a GPU of `deviceArch` can run it.
  bool fits(int deviceArch) const;
};

struct Variant {
  std::vector<Image> images;
  std::vector<Kernel> kernels;
  std::vector<Schedule> schedules;
  uint64_t packedSize = 0;
  uint64_t workspaceSize = 0, workspaceSizePerSample = 0;
  void (*pack)(const void *const *parameters, void *packed) = nullptr;
};

/// What of the entry a variant has to agree with.
struct EntryShape {
  size_t inputCount, outputCount;
  bool open;
};

/// Reads an array of nnc_cuda_variant. Whatever holds for one capacity and number of samples holds for all that do not
/// overflow; these are limited when a call's memory is made. Errors: what no version of the format allows.
Result<std::vector<Variant>> readVariants(const nnc_array &variants, const EntryShape &entry);

} // namespace nnc::cuda

#endif // NNC_RUNTIME_CUDA_VARIANT_H
