//===- ElementMemory.cpp - memory of tensors ------------------------------===//

#include "ElementMemory.h"

#include "cuda/Memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

using namespace nnc;
using namespace nnc::cuda;

static std::shared_ptr<void> allocateOnHost(size_t bytes) {
  constexpr size_t line = 64;
  if (bytes > SIZE_MAX - line)
    return nullptr;
  size_t rounded = std::max(line, (bytes + line - 1) / line * line);
  std::shared_ptr<void> memory(std::aligned_alloc(line, rounded), std::free);
  if (memory)
    std::memset(memory.get(), 0, rounded);
  return memory;
}

static void *pointerTo(CUdeviceptr address) { return reinterpret_cast<void *>(static_cast<uintptr_t>(address)); }

static CUdeviceptr addressOf(const void *pointer) {
  return static_cast<CUdeviceptr>(reinterpret_cast<uintptr_t>(pointer));
}

Result<std::shared_ptr<void>> nnc::allocateElements(const Device &device, size_t bytes) {
  if (device.isCpu()) {
    std::shared_ptr<void> memory = allocateOnHost(bytes);
    if (!memory)
      return Error(StatusCode::System, "no memory for a tensor of " + std::to_string(bytes) + " bytes");
    return memory;
  }
  Result<std::shared_ptr<const Context>> context = Context::get(*device.index());
  if (!context)
    return context.error();
  Result<DeviceMemory> memory = DeviceMemory::allocate(std::move(*context), bytes, "a tensor");
  if (!memory)
    return memory.error();
  auto owner = std::make_shared<DeviceMemory>(std::move(*memory));
  void *address = pointerTo(owner->address());
  return std::shared_ptr<void>(std::move(owner), address);
}

/// The copy between the host and one GPU, or on one GPU.
static std::optional<Error> copyOnOneGpu(const Device &gpu, const Place &to, const Place &from, size_t bytes) {
  Result<std::shared_ptr<const Context>> context = Context::get(*gpu.index());
  if (!context)
    return context.error();
  CallResult failed = to.device.isCpu() ? copyToHost(**context, to.address, addressOf(from.address), bytes)
                      : from.device.isCpu()
                          ? copyToDevice(**context, addressOf(to.address), from.address, bytes)
                          : copyOnDevice(**context, addressOf(to.address), addressOf(from.address), bytes);
  if (failed)
    return (*context)->makeError(failed, "cannot copy a tensor");
  return std::nullopt;
}

std::optional<Error> nnc::copyElements(const Place &to, const Place &from, size_t bytes) {
  if (bytes == 0)
    return std::nullopt;
  if (to.device.isCpu() && from.device.isCpu()) {
    std::memmove(to.address, from.address, bytes);
    return std::nullopt;
  }
  if (to.device.isCpu() || from.device.isCpu() || to.device == from.device)
    return copyOnOneGpu(to.device.isCpu() ? from.device : to.device, to, from, bytes);
  // Not all GPUs reach one another: by way of the host.
  std::shared_ptr<void> between = allocateOnHost(bytes);
  if (!between)
    return Error(StatusCode::System, "no memory to copy " + std::to_string(bytes) + " bytes by way of the host");
  Place host = {between.get(), {}};
  if (std::optional<Error> error = copyOnOneGpu(from.device, host, from, bytes))
    return error;
  return copyOnOneGpu(to.device, to, host, bytes);
}
