//===- Driver.h - NVIDIA's driver, found at run time ------------*- C++ -*-===//
//
//     Result<const Driver *> driver = Driver::get();        // or a sentence on what to do
//     if (CallResult failed = (*driver)->cuMemAlloc(&address, bytes))
//       return describe(failed);
//
// The declarations are our own: neither building nor running needs the CUDA Toolkit.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_RUNTIME_CUDA_DRIVER_H
#define NNC_RUNTIME_CUDA_DRIVER_H

#include "nnc/Status.h"

#include <cstddef>

namespace nnc::cuda {

using CUresult = int;
using CUdevice = int;
using CUdeviceptr = unsigned long long;
using CUcontext = struct CUctx_st *;
using CUmodule = struct CUmod_st *;
using CUfunction = struct CUfunc_st *;
using CUstream = struct CUstream_st *;
using CUevent = struct CUevent_st *;
using CUgraph = struct CUgraph_st *;
using CUgraphNode = struct CUgraphNode_st *;
using CUgraphExec = struct CUgraphExec_st *;

enum CUdevice_attribute : int {
  CU_DEVICE_ATTRIBUTE_CLOCK_RATE = 13, ///< kHz
  CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16,
  CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE = 36,       ///< kHz
  CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH = 37, ///< bits
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
  CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97, ///< bytes
};

enum CUfunction_attribute : int { CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8 };

enum CUjit_option : int { CU_JIT_ERROR_LOG_BUFFER = 5, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6 };

enum CUpointer_attribute : int { CU_POINTER_ATTRIBUTE_MEMORY_TYPE = 2, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL = 9 };

/// What CU_POINTER_ATTRIBUTE_MEMORY_TYPE may be; 0 is memory that the driver does not know.
enum CUmemorytype : unsigned { CU_MEMORYTYPE_HOST = 1, CU_MEMORYTYPE_DEVICE = 2 };

enum CUresult_code : CUresult {
  CUDA_SUCCESS = 0,
  CUDA_ERROR_INVALID_IMAGE = 200,
  CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
  CUDA_ERROR_INVALID_PTX = 218,
  CUDA_ERROR_JIT_COMPILER_NOT_FOUND = 221,
  CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222,
};

constexpr unsigned CU_STREAM_NON_BLOCKING = 1;
constexpr int CU_STREAM_CAPTURE_STATUS_NONE = 0;

struct CUDA_KERNEL_NODE_PARAMS {
  CUfunction func;
  unsigned gridDimX, gridDimY, gridDimZ;
  unsigned blockDimX, blockDimY, blockDimZ;
  unsigned sharedMemBytes;
  void **kernelParams;
  void **extra;
};

/// How a call of the driver ended.
struct [[nodiscard]] CallResult {
  CUresult code = CUDA_SUCCESS;
  const char *function = "";

  /// Whether it failed.
  explicit operator bool() const { return code != CUDA_SUCCESS; }
};

/// A function of the driver.
template <typename... Parameters> struct EntryPoint {
  const char *symbol;
  CUresult (*function)(Parameters...) = nullptr;

  CallResult operator()(Parameters... arguments) const { return {function(arguments...), symbol}; }
};

/// The driver of the process.
struct Driver {
  /// Loads and initialises it at the first call; after a failure the next call tries again. It stays loaded. Errors:
  /// System, with what to do if there is no driver, no device, or a driver that is too old.
  static Result<const Driver *> get();

#define NNC_CUDA_ENTRY(name, symbol, ...) EntryPoint<__VA_ARGS__> name{#symbol};
#include "cuda/DriverEntries.def"

  /// The CUDA version that the driver speaks: 12040 is 12.4.
  int version = 0;
};

} // namespace nnc::cuda

#endif // NNC_RUNTIME_CUDA_DRIVER_H
