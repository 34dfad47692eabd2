//===- GpuTest.h - what the tests of the software GPU share -----*- C++ -*-===//
//
// A fresh machine with a current context, buffers, and launches that say what happened.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_GPUTEST_H
#define SOFTGPU_GPUTEST_H

#include "driver/Cuda.h"
#include "softgpu.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

extern "C" {
CUresult cuInit(unsigned);
CUresult cuGetErrorName(CUresult, const char **);
CUresult cuGetErrorString(CUresult, const char **);
CUresult cuDevicePrimaryCtxRetain(void **, CUdevice);
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice);
CUresult cuCtxSetCurrent(void *);
CUresult cuCtxGetCurrent(void **);
CUresult cuCtxGetDevice(CUdevice *);
CUresult cuCtxSynchronize();
CUresult cuModuleLoadData(void **, const void *);
CUresult cuModuleUnload(void *);
CUresult cuModuleGetFunction(void **, void *, const char *);
CUresult cuMemAlloc_v2(CUdeviceptr *, size_t);
CUresult cuMemFree_v2(CUdeviceptr);
CUresult cuMemGetInfo_v2(size_t *, size_t *);
CUresult cuMemAllocHost_v2(void **, size_t);
CUresult cuMemFreeHost(void *);
CUresult cuMemcpyHtoD_v2(CUdeviceptr, const void *, size_t);
CUresult cuMemcpyDtoH_v2(void *, CUdeviceptr, size_t);
CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr, CUdeviceptr, size_t, void *);
CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr, const void *, size_t, void *);
CUresult cuMemcpyDtoHAsync_v2(void *, CUdeviceptr, size_t, void *);
CUresult cuStreamCreate(void **, unsigned);
CUresult cuStreamQuery(void *);
CUresult cuStreamSynchronize(void *);
CUresult cuStreamDestroy(void *);
CUresult cuStreamDestroy_v2(void *);
CUresult cuStreamWaitEvent(void *, void *, unsigned);
CUresult cuStreamBeginCapture_v2(void *, int);
CUresult cuStreamEndCapture(void *, void **);
CUresult cuStreamIsCapturing(void *, int *);
CUresult cuEventCreate(void **, unsigned);
CUresult cuEventDestroy_v2(void *);
CUresult cuEventRecord(void *, void *);
CUresult cuEventQuery(void *);
CUresult cuEventSynchronize(void *);
CUresult cuEventElapsedTime(float *, void *, void *);
CUresult cuLaunchKernel(void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void *, void **,
                        void **);
CUresult cuLaunchCooperativeKernel(void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void *,
                                   void **);
CUresult cuGraphCreate(void **, unsigned);
CUresult cuGraphAddKernelNode_v2(void **, void *, void *const *, size_t, const CUDA_KERNEL_NODE_PARAMS *);
CUresult cuGraphInstantiateWithFlags(void **, void *, uint64_t);
CUresult cuGraphExecUpdate_v2(void *, void *, int *);
CUresult cuGraphLaunch(void *, void *);
CUresult cuGraphDestroy(void *);
CUresult cuGraphExecDestroy(void *);
}

namespace softgpu {

class GpuTest : public testing::Test {
protected:
  void SetUp() override {
    softgpu_reset();
    ASSERT_EQ(cuInit(0), 0);
    void *context = nullptr;
    ASSERT_EQ(cuDevicePrimaryCtxRetain(&context, 0), 0);
    ASSERT_EQ(cuCtxSetCurrent(context), 0);
  }

  /// A kernel `k` from the text of its body; `declarations` stand before it. Its parameters are 64-bit numbers a, b, c,
  /// d.
  void *kernel(const std::string &body, const std::string &declarations = "", void **module = nullptr) {
    return load(".version 7.0\n.target sm_80\n.address_size 64\n" + declarations +
                    "\n.visible .entry k(.param .u64 a, .param .u64 b, .param .u64 c, .param .u64 d) {\n"
                    ".reg .pred %p<8>; .reg .b16 %h<8>; .reg .b32 %r<64>; .reg .b64 %rd<32>; .reg .f32 %f<32>; .reg "
                    ".f64 %fd<16>;\n" +
                    body + "\n}\n",
                "k", module);
  }

  /// The kernel `name` of a module, whose handle goes to `module` if it is asked for.
  void *load(const std::string &ptx, const char *name, void **module = nullptr) {
    void *loaded = nullptr, *function = nullptr;
    EXPECT_EQ(cuModuleLoadData(&loaded, ptx.c_str()), 0) << softgpu_last_error();
    EXPECT_EQ(cuModuleGetFunction(&function, loaded, name), 0);
    if (module)
      *module = loaded;
    return function;
  }

  template <typename T> CUdeviceptr upload(const std::vector<T> &values) {
    CUdeviceptr pointer = allocate(values.size() * sizeof(T));
    EXPECT_EQ(cuMemcpyHtoD_v2(pointer, values.data(), values.size() * sizeof(T)), 0);
    return pointer;
  }
  CUdeviceptr allocate(size_t bytes) {
    CUdeviceptr pointer = 0;
    EXPECT_EQ(cuMemAlloc_v2(&pointer, bytes), 0);
    return pointer;
  }
  template <typename T> std::vector<T> download(CUdeviceptr pointer, size_t count) {
    std::vector<T> values(count);
    EXPECT_EQ(cuMemcpyDtoH_v2(values.data(), pointer, count * sizeof(T)), 0) << softgpu_last_error();
    return values;
  }

  CUresult launch(void *function, unsigned blocks, unsigned threads, std::vector<uint64_t> arguments,
                  unsigned sharedBytes = 0, void *stream = nullptr) {
    std::vector<void *> pointers = addressesOf(arguments);
    return cuLaunchKernel(function, blocks, 1, 1, threads, 1, 1, sharedBytes, stream, pointers.data(), nullptr);
  }

  /// Launches and waits.
  CUresult run(void *function, unsigned blocks, unsigned threads, std::vector<uint64_t> arguments,
               unsigned sharedBytes = 0) {
    if (CUresult result = launch(function, blocks, threads, std::move(arguments), sharedBytes))
      return result;
    return cuCtxSynchronize();
  }

  /// What a launch takes; `arguments` grows to the number of a kernel's parameters.
  static std::vector<void *> addressesOf(std::vector<uint64_t> &arguments) {
    arguments.resize(std::max<size_t>(arguments.size(), 4));
    std::vector<void *> pointers;
    for (uint64_t &argument : arguments)
      pointers.push_back(&argument);
    return pointers;
  }

  /// Expects the launch to fail with `result` and a message that contains `text`.
  void expectFailure(CUresult actual, CUresult result, const std::string &text) {
    EXPECT_EQ(actual, result);
    EXPECT_NE(std::string(softgpu_last_error()).find(text), std::string::npos) << softgpu_last_error();
  }
};

} // namespace softgpu

#endif
