//===- Launch.cpp - launches of kernels -----------------------------------===//

#include "Launch.h"

#include <algorithm>
#include <cstring>

namespace softgpu {

bool isFunction(Driver &driver, const LoadedFunction *function) {
  for (auto &[handle, module] : driver.modules)
    for (auto &[name, candidate] : module->functions)
      if (&candidate == function)
        return true;
  return false;
}

CUresult collect(const LoadedFunction &function, void **arguments, void **extra, std::vector<uint8_t> &bytes) {
  const Program &program = *function.program;
  bytes.resize(program.parameterBytes);
  if (arguments) {
    for (size_t i = 0; i < program.parameters.size(); ++i)
      std::memcpy(bytes.data() + program.parameters[i].first, arguments[i], program.parameters[i].second);
    return CUDA_SUCCESS;
  }
  if (!extra)
    return program.parameters.empty() ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  const void *buffer = nullptr;
  size_t size = 0;
  for (; *extra; extra += 2) {
    if (reinterpret_cast<uintptr_t>(*extra) == 1)
      buffer = extra[1];
    if (reinterpret_cast<uintptr_t>(*extra) == 2)
      size = *static_cast<size_t *>(extra[1]);
  }
  if (!buffer || size < bytes.size())
    return CUDA_ERROR_INVALID_VALUE;
  std::memcpy(bytes.data(), buffer, bytes.size());
  return CUDA_SUCCESS;
}

CUresult checkConfig(const LoadedFunction &function, const LaunchConfig &config) {
  uint64_t threads = 1, blocks = 1;
  for (unsigned i = 0; i < 3; ++i) {
    if (config.grid[i] == 0 || config.block[i] == 0 || (i > 0 && config.grid[i] > 65535))
      return CUDA_ERROR_INVALID_VALUE;
    threads *= config.block[i];
    blocks *= config.grid[i];
  }
  // The race detector numbers threads with 26 bits.
  if (threads > 1024 || config.block[2] > 64 || blocks * ((threads + 31) / 32 * 32) > Cell::threadMask)
    return CUDA_ERROR_INVALID_VALUE;
  if (config.dynamicSharedBytes > static_cast<uint32_t>(function.dynamicSharedLimit))
    return CUDA_ERROR_INVALID_VALUE;
  const Function &entry = *function.program->entry;
  for (unsigned i = 0; i < 3; ++i)
    if (entry.requiredThreads[0] && entry.requiredThreads[i] != config.block[i])
      return CUDA_ERROR_INVALID_VALUE;
  if (entry.maxThreads[0] && threads > uint64_t(entry.maxThreads[0]) * entry.maxThreads[1] * entry.maxThreads[2])
    return CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
  return CUDA_SUCCESS;
}

} // namespace softgpu

using namespace softgpu;

namespace {

CUresult enqueueLaunch(Driver &driver, LoadedFunction *function, const LaunchConfig &config, void *handle,
                       void **arguments, void **extra) {
  if (!isFunction(driver, function))
    return CUDA_ERROR_INVALID_HANDLE;
  Stream *stream = driver.streamOf(handle);
  if (!stream || stream->context != function->owner->context || stream->context != driver.current())
    return CUDA_ERROR_INVALID_HANDLE;
  if (CUresult result = checkConfig(*function, config))
    return result;
  std::vector<uint8_t> bytes;
  if (CUresult result = collect(*function, arguments, extra, bytes))
    return result;
  return driver.enqueue(*stream, [=, &driver] { return driver.launch(*function, config, bytes); });
}

uint32_t blocksPerMultiprocessor(const LoadedFunction &function, uint32_t threads, uint64_t dynamicSharedBytes) {
  uint64_t shared = function.program->staticSharedBytes + dynamicSharedBytes + 1024;
  return std::min<uint64_t>({2048 / std::max((threads + 31) / 32 * 32, 1u), 167936 / shared, 32});
}

} // namespace

SOFTGPU_API cuLaunchKernel(LoadedFunction *function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
                           unsigned blockY, unsigned blockZ, unsigned sharedBytes, void *stream, void **arguments,
                           void **extra) {
  SOFTGPU_ENTER(cuLaunchKernel);
  return enqueueLaunch(driver, function, {{gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedBytes}, stream,
                       arguments, extra);
}

SOFTGPU_API cuLaunchCooperativeKernel(LoadedFunction *function, unsigned gridX, unsigned gridY, unsigned gridZ,
                                      unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes,
                                      void *stream, void **arguments) {
  SOFTGPU_ENTER(cuLaunchCooperativeKernel);
  if (!isFunction(driver, function))
    return CUDA_ERROR_INVALID_HANDLE;
  uint64_t resident = 108ull * blocksPerMultiprocessor(*function, blockX * blockY * blockZ, sharedBytes);
  if (uint64_t(gridX) * gridY * gridZ > resident)
    return CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE;
  LaunchConfig config = {{gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedBytes, /*cooperative=*/true};
  return enqueueLaunch(driver, function, config, stream, arguments, nullptr);
}

SOFTGPU_API cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, LoadedFunction *function, int threads,
                                                        size_t sharedBytes) {
  SOFTGPU_ENTER(cuOccupancyMaxActiveBlocksPerMultiprocessor);
  if (!isFunction(driver, function) || threads < 1)
    return CUDA_ERROR_INVALID_VALUE;
  *blocks = blocksPerMultiprocessor(*function, threads, sharedBytes);
  return CUDA_SUCCESS;
}
