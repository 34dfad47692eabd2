//===- Memory.cpp - memory and copies -------------------------------------===//

#include "Driver.h"

#include <cstdlib>
#include <cstring>

using namespace softgpu;

SOFTGPU_API cuMemAlloc_v2(CUdeviceptr *pointer, size_t bytes) {
  SOFTGPU_ENTER_UNSAFE(cuMemAlloc_v2);
  if (!pointer || bytes == 0)
    return CUDA_ERROR_INVALID_VALUE;
  if (bytes >
      static_cast<uint64_t>(driver.settings["SOFTGPU_MEMORY"]) - driver.machine.memory.deviceBytes(driver.current()))
    return CUDA_ERROR_OUT_OF_MEMORY;
  *pointer = driver.machine.memory.allocate(bytes, AllocationKind::Device, driver.current()).region.base;
  return CUDA_SUCCESS;
}

SOFTGPU_API cuMemFree_v2(CUdeviceptr pointer) {
  SOFTGPU_ENTER_UNSAFE(cuMemFree_v2);
  if (!pointer)
    return CUDA_SUCCESS;
  Allocation *allocation = driver.machine.memory.find(pointer);
  if (!allocation || allocation->region.base != pointer || allocation->kind != AllocationKind::Device)
    return CUDA_ERROR_INVALID_VALUE;
  CUresult result = driver.runAll(static_cast<Context *>(allocation->context));
  driver.machine.memory.release(pointer);
  return result;
}

SOFTGPU_API cuMemGetInfo_v2(size_t *free, size_t *total) {
  SOFTGPU_ENTER(cuMemGetInfo_v2);
  *total = driver.settings["SOFTGPU_MEMORY"];
  *free = *total - driver.machine.memory.deviceBytes(driver.current());
  return CUDA_SUCCESS;
}

static CUresult allocateHost(Driver &driver, void **pointer, size_t bytes) {
  if (!pointer || bytes == 0)
    return CUDA_ERROR_INVALID_VALUE;
  *pointer = std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
  if (!*pointer)
    return CUDA_ERROR_OUT_OF_MEMORY;
  driver.machine.memory.addHost(*pointer, bytes, AllocationKind::PinnedHost, driver.current());
  return CUDA_SUCCESS;
}

SOFTGPU_API cuMemAllocHost_v2(void **pointer, size_t bytes) {
  SOFTGPU_ENTER_UNSAFE(cuMemAllocHost_v2);
  return allocateHost(driver, pointer, bytes);
}

SOFTGPU_API cuMemHostAlloc(void **pointer, size_t bytes, unsigned) {
  SOFTGPU_ENTER_UNSAFE(cuMemHostAlloc);
  return allocateHost(driver, pointer, bytes);
}

SOFTGPU_API cuMemFreeHost(void *pointer) {
  SOFTGPU_ENTER_UNSAFE(cuMemFreeHost);
  Allocation *allocation = driver.machine.memory.find(reinterpret_cast<uint64_t>(pointer));
  if (!allocation || allocation->kind != AllocationKind::PinnedHost || allocation->region.data != pointer)
    return CUDA_ERROR_INVALID_VALUE;
  CUresult result = driver.runAll(static_cast<Context *>(allocation->context));
  driver.machine.memory.release(allocation->region.base);
  std::free(pointer);
  return result;
}

SOFTGPU_API cuMemHostRegister_v2(void *pointer, size_t bytes, unsigned) {
  SOFTGPU_ENTER_UNSAFE(cuMemHostRegister_v2);
  if (!pointer || bytes == 0)
    return CUDA_ERROR_INVALID_VALUE;
  if (driver.machine.memory.find(reinterpret_cast<uint64_t>(pointer)))
    return CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED;
  driver.machine.memory.addHost(pointer, bytes, AllocationKind::RegisteredHost, driver.current());
  return CUDA_SUCCESS;
}

SOFTGPU_API cuMemHostUnregister(void *pointer) {
  SOFTGPU_ENTER_UNSAFE(cuMemHostUnregister);
  Allocation *allocation = driver.machine.memory.find(reinterpret_cast<uint64_t>(pointer));
  if (!allocation || allocation->kind != AllocationKind::RegisteredHost)
    return CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
  CUresult result = driver.runAll(static_cast<Context *>(allocation->context));
  driver.machine.memory.release(allocation->region.base);
  return result;
}

// Copies. Addresses are checked when the copy is asked for, the bytes move when the stream runs.

static Allocation *rangeOf(Driver &driver, CUdeviceptr pointer, size_t bytes) {
  Allocation *allocation = driver.machine.memory.find(pointer);
  return allocation && allocation->region.contains(pointer, bytes) ? allocation : nullptr;
}

static CUresult toDevice(Driver &driver, CUdeviceptr to, const void *from, size_t bytes) {
  Allocation *allocation = rangeOf(driver, to, bytes);
  if (!allocation)
    return driver.fail(CUDA_ERROR_ILLEGAL_ADDRESS, "a copy to memory that was freed before it ran");
  std::memcpy(allocation->region.data + (to - allocation->region.base), from, bytes);
  allocation->region.mark(to - allocation->region.base, bytes, Written);
  return CUDA_SUCCESS;
}

static CUresult toHost(Driver &driver, void *to, CUdeviceptr from, size_t bytes) {
  Allocation *allocation = rangeOf(driver, from, bytes);
  if (!allocation)
    return driver.fail(CUDA_ERROR_ILLEGAL_ADDRESS, "a copy from memory that was freed before it ran");
  std::memcpy(to, allocation->region.data + (from - allocation->region.base), bytes);
  return CUDA_SUCCESS;
}

static CUresult withinDevice(Driver &driver, CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  Allocation *source = rangeOf(driver, from, bytes), *target = rangeOf(driver, to, bytes);
  if (!source || !target)
    return driver.fail(CUDA_ERROR_ILLEGAL_ADDRESS, "a copy of memory that was freed before it ran");
  uint64_t a = from - source->region.base, b = to - target->region.base;
  std::memmove(target->region.data + b, source->region.data + a, bytes);
  if (source->region.states && target->region.states)
    std::memmove(target->region.states + b, source->region.states + a, bytes);
  else
    target->region.mark(b, bytes, Written);
  return CUDA_SUCCESS;
}

static CUresult runNow(Driver &driver, std::function<CUresult()> work) {
  Stream *stream = driver.streamOf(nullptr);
  if (CUresult result = driver.enqueue(*stream, std::move(work)))
    return result;
  return driver.runUntil(*stream, driver.lastWork);
}

SOFTGPU_API cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t bytes) {
  SOFTGPU_ENTER(cuMemcpyHtoD_v2);
  if (bytes == 0)
    return CUDA_SUCCESS;
  if (!rangeOf(driver, to, bytes))
    return CUDA_ERROR_INVALID_VALUE;
  return runNow(driver, [=, &driver] { return toDevice(driver, to, from, bytes); });
}

SOFTGPU_API cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes) {
  SOFTGPU_ENTER(cuMemcpyDtoH_v2);
  if (bytes == 0)
    return CUDA_SUCCESS;
  if (!rangeOf(driver, from, bytes))
    return CUDA_ERROR_INVALID_VALUE;
  return runNow(driver, [=, &driver] { return toHost(driver, to, from, bytes); });
}

SOFTGPU_API cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  SOFTGPU_ENTER(cuMemcpyDtoD_v2);
  if (!rangeOf(driver, to, bytes) || !rangeOf(driver, from, bytes))
    return CUDA_ERROR_INVALID_VALUE;
  return runNow(driver, [=, &driver] { return withinDevice(driver, to, from, bytes); });
}

static bool isPinned(Driver &driver, const void *pointer) {
  return driver.machine.memory.find(reinterpret_cast<uint64_t>(pointer)) != nullptr;
}

/// queue(stream) for the stream that `handle` means, if the copy has bytes and they lie in the device's memory.
template <typename Queue>
static CUresult onStream(Driver &driver, void *handle, size_t bytes, bool isInRange, Queue queue) {
  Stream *stream = driver.streamOf(handle);
  if (!stream)
    return CUDA_ERROR_INVALID_HANDLE;
  if (bytes == 0)
    return CUDA_SUCCESS;
  return isInRange ? queue(*stream) : CUDA_ERROR_INVALID_VALUE;
}

static CUresult copyWithinDevice(Driver &driver, CUdeviceptr to, CUdeviceptr from, size_t bytes, void *handle) {
  bool isInRange = rangeOf(driver, to, bytes) && rangeOf(driver, from, bytes);
  return onStream(driver, handle, bytes, isInRange, [&](Stream &stream) {
    return driver.enqueue(stream, [=, &driver] { return withinDevice(driver, to, from, bytes); });
  });
}

SOFTGPU_API cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, void *handle) {
  SOFTGPU_ENTER(cuMemcpyHtoDAsync_v2);
  return onStream(driver, handle, bytes, rangeOf(driver, to, bytes), [&](Stream &stream) {
    if (isPinned(driver, from))
      return driver.enqueue(stream, [=, &driver] { return toDevice(driver, to, from, bytes); });
    // Pageable memory is read before the call returns.
    auto *begin = static_cast<const uint8_t *>(from);
    auto staged = std::make_shared<std::vector<uint8_t>>(begin, begin + bytes);
    return driver.enqueue(stream, [=, &driver] { return toDevice(driver, to, staged->data(), bytes); });
  });
}

SOFTGPU_API cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, void *handle) {
  SOFTGPU_ENTER(cuMemcpyDtoHAsync_v2);
  return onStream(driver, handle, bytes, rangeOf(driver, from, bytes), [&](Stream &stream) {
    CUresult result = driver.enqueue(stream, [=, &driver] { return toHost(driver, to, from, bytes); });
    // To pageable memory the copy is done when the call returns.
    return result || isPinned(driver, to) || stream.capture ? result : driver.runUntil(stream, driver.lastWork);
  });
}

SOFTGPU_API cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, void *handle) {
  SOFTGPU_ENTER(cuMemcpyDtoDAsync_v2);
  return copyWithinDevice(driver, to, from, bytes, handle);
}

SOFTGPU_API cuMemcpyPeerAsync(CUdeviceptr to, Context *, CUdeviceptr from, Context *, size_t bytes, void *handle) {
  SOFTGPU_ENTER(cuMemcpyPeerAsync);
  return copyWithinDevice(driver, to, from, bytes, handle);
}

static CUresult fill(Driver &driver, CUdeviceptr to, uint32_t value, size_t element, size_t count, void *handle) {
  Stream *stream = driver.streamOf(handle);
  if (!stream)
    return CUDA_ERROR_INVALID_HANDLE;
  if (!rangeOf(driver, to, element * count) || to % element)
    return CUDA_ERROR_INVALID_VALUE;
  return driver.enqueue(*stream, [=, &driver] {
    std::vector<uint8_t> bytes(element * count);
    for (size_t i = 0; i < count; ++i)
      std::memcpy(bytes.data() + i * element, &value, element);
    return toDevice(driver, to, bytes.data(), bytes.size());
  });
}

SOFTGPU_API cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t count) {
  SOFTGPU_ENTER(cuMemsetD8_v2);
  return fill(driver, to, value, 1, count, nullptr);
}
SOFTGPU_API cuMemsetD32_v2(CUdeviceptr to, unsigned value, size_t count) {
  SOFTGPU_ENTER(cuMemsetD32_v2);
  return fill(driver, to, value, 4, count, nullptr);
}
SOFTGPU_API cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, void *stream) {
  SOFTGPU_ENTER(cuMemsetD8Async);
  return fill(driver, to, value, 1, count, stream);
}
SOFTGPU_API cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count, void *stream) {
  SOFTGPU_ENTER(cuMemsetD32Async);
  return fill(driver, to, value, 4, count, stream);
}

// Questions about pointers.

static CUresult attributeOf(Driver &driver, void *data, int attribute, CUdeviceptr pointer) {
  Allocation *allocation = driver.machine.memory.find(pointer);
  if (!allocation)
    return CUDA_ERROR_INVALID_VALUE;
  bool host = allocation->isHost();
  switch (attribute) {
  case 1:
    *static_cast<void **>(data) = allocation->context;
    break;
  case 2:
    *static_cast<unsigned *>(data) = host ? 1 : 2;
    break;
  case 3:
    *static_cast<CUdeviceptr *>(data) = pointer;
    break;
  case 4:
    if (!host)
      return CUDA_ERROR_INVALID_VALUE;
    *static_cast<CUdeviceptr *>(data) = pointer;
    break;
  case 8:
    *static_cast<unsigned *>(data) = 0;
    break; // managed
  case 9:
    *static_cast<int *>(data) = static_cast<Context *>(allocation->context)->device;
    break;
  case 11:
    *static_cast<CUdeviceptr *>(data) = allocation->region.base;
    break;
  case 12:
    *static_cast<size_t *>(data) = allocation->region.sizeBytes;
    break;
  default:
    return CUDA_ERROR_NOT_SUPPORTED;
  }
  return CUDA_SUCCESS;
}

SOFTGPU_API cuPointerGetAttribute(void *data, int attribute, CUdeviceptr pointer) {
  SOFTGPU_ENTER(cuPointerGetAttribute);
  return attributeOf(driver, data, attribute, pointer);
}

SOFTGPU_API cuPointerGetAttributes(unsigned count, int *attributes, void **data, CUdeviceptr pointer) {
  SOFTGPU_ENTER(cuPointerGetAttributes);
  // Of memory that is not the driver's everything is zero.
  for (unsigned i = 0; i < count; ++i)
    if (attributeOf(driver, data[i], attributes[i], pointer))
      std::memset(data[i], 0, attributes[i] == 2 || attributes[i] == 8 || attributes[i] == 9 ? 4 : 8);
  return CUDA_SUCCESS;
}
