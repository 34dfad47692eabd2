//===- Error.cpp - the names and meanings of results ----------------------===//

#include "Driver.h"

namespace {

struct Meaning {
  CUresult result;
  const char *name, *sentence;
};

const Meaning meanings[] = {
    {0, "CUDA_SUCCESS", "no error"},
    {1, "CUDA_ERROR_INVALID_VALUE", "a value is outside what the call takes"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY", "the memory is used up"},
    {3, "CUDA_ERROR_NOT_INITIALIZED", "cuInit was not called"},
    {34, "CUDA_ERROR_STUB_LIBRARY", "this is the toolkit's stub, not a driver"},
    {46, "CUDA_ERROR_DEVICE_UNAVAILABLE", "the device is not available now"},
    {100, "CUDA_ERROR_NO_DEVICE", "there is no device"},
    {101, "CUDA_ERROR_INVALID_DEVICE", "the device does not exist"},
    {200, "CUDA_ERROR_INVALID_IMAGE", "the module cannot be read"},
    {201, "CUDA_ERROR_INVALID_CONTEXT", "no valid context is current"},
    {209, "CUDA_ERROR_NO_BINARY_FOR_GPU", "the module has no code for this device"},
    {218, "CUDA_ERROR_INVALID_PTX", "the PTX cannot be compiled"},
    {221, "CUDA_ERROR_JIT_COMPILER_NOT_FOUND", "the compiler for PTX was not found"},
    {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "the PTX is newer than the driver"},
    {400, "CUDA_ERROR_INVALID_HANDLE", "the handle is not valid here"},
    {500, "CUDA_ERROR_NOT_FOUND", "the name was not found"},
    {600, "CUDA_ERROR_NOT_READY", "the work has not ended yet"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS", "the kernel touched memory that it may not"},
    {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "the launch asks for more than the device has"},
    {702, "CUDA_ERROR_LAUNCH_TIMEOUT", "the kernel ran too long"},
    {712, "CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED", "the host memory is registered already"},
    {713, "CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED", "the host memory is not registered"},
    {715, "CUDA_ERROR_ILLEGAL_INSTRUCTION", "the kernel ran an instruction that is not allowed"},
    {716, "CUDA_ERROR_MISALIGNED_ADDRESS", "the kernel used a misaligned address"},
    {719, "CUDA_ERROR_LAUNCH_FAILED", "the kernel failed"},
    {720, "CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE", "more blocks than can be resident together"},
    {801, "CUDA_ERROR_NOT_SUPPORTED", "the call is not supported"},
    {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "the driver's parts do not fit each other"},
    {900, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "the call is not allowed while the stream captures"},
    {901, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", "the capture of the stream was broken off"},
    {905, "CUDA_ERROR_STREAM_CAPTURE_ISOLATION", "the capture would wait for work outside of it"},
    {906, "CUDA_ERROR_STREAM_CAPTURE_IMPLICIT", "the default stream would wait for a stream that captures"},
    {907, "CUDA_ERROR_CAPTURED_EVENT", "the event was recorded in a capture"},
    {908, "CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD", "another thread began the capture"},
    {910, "CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE", "the graph does not fit its executable form"},
    {999, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

const Meaning *meaningOf(CUresult result) {
  for (const Meaning &meaning : meanings)
    if (meaning.result == result)
      return &meaning;
  return nullptr;
}

} // namespace

SOFTGPU_API cuGetErrorName(CUresult error, const char **name) {
  const Meaning *meaning = meaningOf(error);
  *name = meaning ? meaning->name : nullptr;
  return meaning ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

SOFTGPU_API cuGetErrorString(CUresult error, const char **sentence) {
  const Meaning *meaning = meaningOf(error);
  *sentence = meaning ? meaning->sentence : nullptr;
  return meaning ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}
