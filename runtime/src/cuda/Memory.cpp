//===- Memory.cpp - memory of a GPU, and memory it reads fast -------------===//

#include "cuda/Memory.h"

#include <algorithm>

using namespace nnc;
using namespace nnc::cuda;

Result<DeviceMemory> DeviceMemory::allocate(std::shared_ptr<const Context> context, size_t bytes,
                                            const std::string &what) {
  DeviceMemory memory;
  memory.context = context;
  if (CallResult failed =
          context->within([&] { return context->driver.cuMemAlloc(&memory.where, std::max<size_t>(bytes, 1)); }))
    return context->makeError(failed, "cannot allocate " + std::to_string(bytes) + " bytes for " + what);
  return memory;
}

DeviceMemory::~DeviceMemory() {
  if (where)
    context->release([&] { (void)context->driver.cuMemFree(where); });
}

Result<PinnedMemory> PinnedMemory::allocate(std::shared_ptr<const Context> context, size_t bytes,
                                            const std::string &what) {
  PinnedMemory memory;
  memory.context = context;
  if (CallResult failed =
          context->within([&] { return context->driver.cuMemHostAlloc(&memory.where, std::max<size_t>(bytes, 1), 0); }))
    return context->makeError(failed, "cannot allocate " + std::to_string(bytes) + " pinned bytes for " + what);
  return memory;
}

PinnedMemory::~PinnedMemory() {
  if (where)
    context->release([&] { (void)context->driver.cuMemFreeHost(where); });
}

/// copy(), and the wait for it: the driver may return from a copy before it is done.
template <typename Copy> static CallResult copyAndWait(const Context &context, Copy copy) {
  return context.within([&] {
    if (CallResult failed = copy())
      return failed;
    return context.driver.cuStreamSynchronize(/*the default stream*/ nullptr);
  });
}

CallResult nnc::cuda::copyToDevice(const Context &context, CUdeviceptr to, const void *from, size_t bytes) {
  return copyAndWait(context, [&] { return context.driver.cuMemcpyHtoD(to, from, bytes); });
}

CallResult nnc::cuda::copyToHost(const Context &context, void *to, CUdeviceptr from, size_t bytes) {
  return copyAndWait(context, [&] { return context.driver.cuMemcpyDtoH(to, from, bytes); });
}

CallResult nnc::cuda::copyOnDevice(const Context &context, CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  return copyAndWait(context, [&] { return context.driver.cuMemcpyDtoD(to, from, bytes); });
}
