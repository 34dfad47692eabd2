//===- Memory.h - memory of a GPU, and memory it reads fast -----*- C++ -*-===//

#ifndef NNC_RUNTIME_CUDA_MEMORY_H
#define NNC_RUNTIME_CUDA_MEMORY_H

#include "cuda/Context.h"

namespace nnc::cuda {

/// Memory of a GPU, at a multiple of 256 bytes. Move-only.
class DeviceMemory {
public:
  DeviceMemory() = default;
  DeviceMemory(DeviceMemory &&other) noexcept
      : context(std::move(other.context)), where(std::exchange(other.where, 0)) {}
  DeviceMemory &operator=(DeviceMemory &&other) noexcept {
    std::swap(context, other.context);
    std::swap(where, other.where);
    return *this;
  }
  ~DeviceMemory();

  /// `what` is what errors call it: "no memory for WHAT". At least one byte, so that it has an address.
  static Result<DeviceMemory> allocate(std::shared_ptr<const Context> context, size_t bytes, const std::string &what);

  CUdeviceptr address() const { return where; }

private:
  std::shared_ptr<const Context> context;
  CUdeviceptr where = 0;
};

/// Memory of the host that the GPU copies from and to by itself. Move-only.
class PinnedMemory {
public:
  PinnedMemory() = default;
  PinnedMemory(PinnedMemory &&other) noexcept
      : context(std::move(other.context)), where(std::exchange(other.where, nullptr)) {}
  PinnedMemory &operator=(PinnedMemory &&other) noexcept {
    std::swap(context, other.context);
    std::swap(where, other.where);
    return *this;
  }
  ~PinnedMemory();

  static Result<PinnedMemory> allocate(std::shared_ptr<const Context> context, size_t bytes, const std::string &what);

  char *data() const { return static_cast<char *>(where); }

private:
  std::shared_ptr<const Context> context;
  void *where = nullptr;
};

/// The copies are done when these return, also for streams that do not wait for the default one.
CallResult copyToDevice(const Context &context, CUdeviceptr to, const void *from, size_t bytes);
CallResult copyToHost(const Context &context, void *to, CUdeviceptr from, size_t bytes);
CallResult copyOnDevice(const Context &context, CUdeviceptr to, CUdeviceptr from, size_t bytes);

} // namespace nnc::cuda

#endif // NNC_RUNTIME_CUDA_MEMORY_H
