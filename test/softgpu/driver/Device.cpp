//===- Device.cpp - initialisation, devices, primary contexts -------------===//

#include "Driver.h"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>

using namespace softgpu;

SOFTGPU_API cuInit(unsigned) {
  SOFTGPU_ENTER_WITH(cuInit, false);
  if (driver.settings["SOFTGPU_DEVICES"] == 0)
    return CUDA_ERROR_NO_DEVICE;
  driver.initialized = true;
  driver.process = getpid();
  return CUDA_SUCCESS;
}

SOFTGPU_API cuDriverGetVersion(int *version) {
  SOFTGPU_ENTER_WITH(cuDriverGetVersion, false);
  if (!version)
    return CUDA_ERROR_INVALID_VALUE;
  *version = driver.settings["SOFTGPU_DRIVER"];
  return CUDA_SUCCESS;
}

static CUresult checkDevice(Driver &driver, CUdevice device) {
  if (!driver.initialized)
    return CUDA_ERROR_NOT_INITIALIZED;
  return device >= 0 && device < driver.settings["SOFTGPU_DEVICES"] ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

SOFTGPU_API cuDeviceGetCount(int *count) {
  SOFTGPU_ENTER_WITH(cuDeviceGetCount, false);
  if (!driver.initialized)
    return CUDA_ERROR_NOT_INITIALIZED;
  *count = driver.settings["SOFTGPU_DEVICES"];
  return CUDA_SUCCESS;
}

SOFTGPU_API cuDeviceGet(CUdevice *device, int ordinal) {
  SOFTGPU_ENTER_WITH(cuDeviceGet, false);
  if (CUresult result = checkDevice(driver, ordinal))
    return result;
  *device = ordinal;
  return CUDA_SUCCESS;
}

SOFTGPU_API cuDeviceGetName(char *name, int length, CUdevice device) {
  SOFTGPU_ENTER_WITH(cuDeviceGetName, false);
  if (CUresult result = checkDevice(driver, device))
    return result;
  std::snprintf(name, length, "Software GPU %d", device);
  return CUDA_SUCCESS;
}

SOFTGPU_API cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice device) {
  SOFTGPU_ENTER_WITH(cuDeviceGetUuid_v2, false);
  if (CUresult result = checkDevice(driver, device))
    return result;
  std::memcpy(uuid->bytes, "softgpu-00000000", 16);
  uuid->bytes[15] = static_cast<char>('0' + device);
  return CUDA_SUCCESS;
}
SOFTGPU_ALIAS(cuDeviceGetUuid, cuDeviceGetUuid_v2);

SOFTGPU_API cuDeviceTotalMem_v2(size_t *bytes, CUdevice device) {
  SOFTGPU_ENTER_WITH(cuDeviceTotalMem_v2, false);
  if (CUresult result = checkDevice(driver, device))
    return result;
  *bytes = driver.settings["SOFTGPU_MEMORY"];
  return CUDA_SUCCESS;
}

SOFTGPU_API cuDeviceGetAttribute(int *value, int attribute, CUdevice device) {
  SOFTGPU_ENTER_WITH(cuDeviceGetAttribute, false);
  if (CUresult result = checkDevice(driver, device))
    return result;
  int capability = driver.settings["SOFTGPU_CAPABILITY"];
  switch (attribute) {
  case 1:
    *value = 1024;
    break; // threads a block
  case 2:
  case 3:
    *value = 1024;
    break; // block dimensions
  case 4:
    *value = 64;
    break;
  case 5:
    *value = 2147483647;
    break; // grid dimensions
  case 6:
  case 7:
    *value = 65535;
    break;
  case 8:
    *value = 49152;
    break; // shared memory a block
  case 9:
    *value = 65536;
    break; // constant memory
  case 10:
    *value = 32;
    break; // warp size
  case 12:
    *value = 65536;
    break; // registers a block
  case 13:
    *value = 1410000;
    break; // clock, kHz
  case 16:
    *value = 108;
    break; // multiprocessors
  case 31:
  case 40:
  case 41:
  case 83:
    *value = 1;
    break; // concurrent kernels, copy engines, unified addressing, managed
  case 33:
    *value = 0;
    break; // PCI bus
  case 34:
    *value = device;
    break;
  case 36:
    *value = 1215000;
    break; // memory clock, kHz
  case 37:
    *value = 5120;
    break; // bus width
  case 38:
    *value = 40 << 20;
    break; // L2 bytes
  case 39:
    *value = 2048;
    break; // threads a multiprocessor
  case 75:
    *value = capability / 10;
    break;
  case 76:
    *value = capability % 10;
    break;
  case 78:
    *value = 1;
    break; // stream priorities
  case 81:
    *value = 167936;
    break; // shared memory a multiprocessor
  case 82:
    *value = 65536;
    break; // registers a multiprocessor
  case 95:
    *value = 1;
    break; // cooperative launch
  case 97:
    *value = 166912;
    break; // shared memory a block, on request
  case 106:
    *value = 32;
    break; // blocks a multiprocessor
  default:
    *value = 0;
  }
  return CUDA_SUCCESS;
}

// Primary contexts.

SOFTGPU_API cuDevicePrimaryCtxRetain(Context **context, CUdevice device) {
  SOFTGPU_ENTER_WITH(cuDevicePrimaryCtxRetain, false);
  if (CUresult result = checkDevice(driver, device))
    return result;
  Context &primary = driver.contexts[device];
  primary.device = device;
  ++primary.references;
  *context = &primary;
  return CUDA_SUCCESS;
}

template <typename T> static void removeOf(Context *context, Handles<T> &objects) {
  std::vector<T *> ofContext;
  for (auto &[handle, object] : objects)
    if (object->context == context)
      ofContext.push_back(handle);
  for (T *handle : ofContext)
    objects.remove(handle);
}

/// What belongs to the context goes with it; graphs belong to none.
static void destroyContents(Driver &driver, Context *context) {
  for (Allocation *allocation : driver.machine.memory.ownedBy(context)) {
    if (allocation->kind == AllocationKind::PinnedHost)
      std::free(allocation->region.data);
    driver.machine.memory.release(allocation->region.base);
  }
  removeOf(context, driver.streams);
  removeOf(context, driver.events);
  removeOf(context, driver.modules);
  driver.defaultStreams.erase(context->device);
  context->lost = CUDA_SUCCESS;
}

SOFTGPU_API cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  SOFTGPU_ENTER_WITH(cuDevicePrimaryCtxRelease_v2, false);
  if (CUresult result = checkDevice(driver, device))
    return result;
  Context &primary = driver.contexts[device];
  if (primary.references == 0)
    return CUDA_ERROR_INVALID_CONTEXT;
  if (--primary.references == 0)
    destroyContents(driver, &primary);
  return CUDA_SUCCESS;
}
SOFTGPU_ALIAS(cuDevicePrimaryCtxRelease, cuDevicePrimaryCtxRelease_v2);

SOFTGPU_API cuDevicePrimaryCtxReset_v2(CUdevice device) {
  SOFTGPU_ENTER_WITH(cuDevicePrimaryCtxReset_v2, false);
  if (CUresult result = checkDevice(driver, device))
    return result;
  destroyContents(driver, &driver.contexts[device]);
  return CUDA_SUCCESS;
}
SOFTGPU_ALIAS(cuDevicePrimaryCtxReset, cuDevicePrimaryCtxReset_v2);

SOFTGPU_API cuDevicePrimaryCtxGetState(CUdevice device, unsigned *flags, int *active) {
  SOFTGPU_ENTER_WITH(cuDevicePrimaryCtxGetState, false);
  if (CUresult result = checkDevice(driver, device))
    return result;
  *flags = 0;
  *active = driver.contexts[device].references > 0;
  return CUDA_SUCCESS;
}

SOFTGPU_API cuCtxPushCurrent_v2(Context *context) {
  SOFTGPU_ENTER_WITH(cuCtxPushCurrent_v2, false);
  if (!driver.initialized)
    return CUDA_ERROR_NOT_INITIALIZED;
  if (!context)
    return CUDA_ERROR_INVALID_CONTEXT;
  contextStack().push_back(context);
  return CUDA_SUCCESS;
}
SOFTGPU_ALIAS(cuCtxPushCurrent, cuCtxPushCurrent_v2);

SOFTGPU_API cuCtxPopCurrent_v2(Context **context) {
  SOFTGPU_ENTER_WITH(cuCtxPopCurrent_v2, false);
  if (contextStack().empty())
    return CUDA_ERROR_INVALID_CONTEXT;
  if (context)
    *context = contextStack().back();
  contextStack().pop_back();
  return CUDA_SUCCESS;
}
SOFTGPU_ALIAS(cuCtxPopCurrent, cuCtxPopCurrent_v2);

SOFTGPU_API cuCtxSetCurrent(Context *context) {
  SOFTGPU_ENTER_WITH(cuCtxSetCurrent, false);
  if (!driver.initialized)
    return CUDA_ERROR_NOT_INITIALIZED;
  if (!contextStack().empty())
    contextStack().pop_back();
  if (context)
    contextStack().push_back(context);
  return CUDA_SUCCESS;
}

SOFTGPU_API cuCtxGetCurrent(Context **context) {
  SOFTGPU_ENTER_WITH(cuCtxGetCurrent, false);
  if (!driver.initialized)
    return CUDA_ERROR_NOT_INITIALIZED;
  *context = driver.current();
  return CUDA_SUCCESS;
}

SOFTGPU_API cuCtxGetDevice(CUdevice *device) {
  SOFTGPU_ENTER(cuCtxGetDevice);
  *device = driver.current()->device;
  return CUDA_SUCCESS;
}

SOFTGPU_API cuCtxSynchronize() {
  SOFTGPU_ENTER_UNSAFE(cuCtxSynchronize);
  return driver.runAll(driver.current());
}

SOFTGPU_API cuGetProcAddress_v2(const char *symbol, void **function, int, uint64_t, int *status) {
  SOFTGPU_ENTER_WITH(cuGetProcAddress_v2, false);
  Dl_info self;
  dladdr(reinterpret_cast<void *>(&cuInit), &self);
  void *library = dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  *function = nullptr;
  for (const char *version : {"_v2", ""})
    if (!*function && library)
      *function = dlsym(library, (std::string(symbol) + version).c_str());
  if (library)
    dlclose(library);
  if (status)
    *status = *function ? 0 : 1;
  return *function ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}
