// The controls of the software GPU, for tests that have it; see test/softgpu/softgpu.h.

#ifndef NNC_TEST_RUNTIME_CUDA_SOFTGPU_H
#define NNC_TEST_RUNTIME_CUDA_SOFTGPU_H

#include <cstdint>
#include <dlfcn.h>

/// The driver in use, and what it has beyond a real one. The pointers are null with a real one.
struct SoftGpu {
  void *library = dlopen("libcuda.so.1", RTLD_NOW);
  void (*failCall)(const char *, uint32_t, int) = find<void (*)(const char *, uint32_t, int)>("softgpu_fail_call");
  uint64_t (*calls)(const char *) = find<uint64_t (*)(const char *)>("softgpu_calls");
  int64_t (*live)(const char *) = find<int64_t (*)(const char *)>("softgpu_live");
  void (*set)(const char *, int64_t) = find<void (*)(const char *, int64_t)>("softgpu_set");

  template <typename Function> Function find(const char *name) const {
    return library ? reinterpret_cast<Function>(dlsym(library, name)) : nullptr;
  }
};

inline SoftGpu &softGpu() {
  static SoftGpu gpu;
  return gpu;
}

#endif // NNC_TEST_RUNTIME_CUDA_SOFTGPU_H
