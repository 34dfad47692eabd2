//===- Gpu.h - which GPUs there are -----------------------------*- C++ -*-===//

#ifndef NNC_RUNTIME_CUDA_GPU_H
#define NNC_RUNTIME_CUDA_GPU_H

#include "cuda/Driver.h"
#include "nnc/Device.h"

#include <optional>

namespace nnc::cuda {

/// What the driver says of GPU `index`. Errors: System if there is none of that index.
Result<GpuInfo> readGpuInfo(const Driver &driver, int index);

/// Nothing if nnc has code for such a GPU.
std::optional<Error> checkGpu(const GpuInfo &info);

/// Nothing if models can run on GPU `index`, as far as can be told without using it.
std::optional<Error> findUnavailable(int index);

} // namespace nnc::cuda

#endif // NNC_RUNTIME_CUDA_GPU_H
