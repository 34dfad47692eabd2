//===- Context.cpp - a GPU in use -----------------------------------------===//

#include "cuda/Context.h"

#include "cuda/Gpu.h"

#include <map>
#include <mutex>

using namespace nnc;
using namespace nnc::cuda;

Result<std::shared_ptr<const Context>> Context::get(int index) {
  static std::mutex mutex;
  static std::map<int, std::weak_ptr<const Context>> inUse;
  std::lock_guard lock(mutex);
  std::weak_ptr<const Context> &known = inUse[index];
  if (std::shared_ptr<const Context> context = known.lock())
    return context;
  Result<const Driver *> found = Driver::get();
  if (!found)
    return found.error();
  const Driver &driver = **found;
  Result<GpuInfo> info = readGpuInfo(driver, index);
  if (!info)
    return info.error();
  if (std::optional<Error> error = checkGpu(*info))
    return *error;
  CUdevice device = 0;
  CUcontext primary = nullptr;
  CallResult failed = driver.cuDeviceGet(&device, index);
  if (!failed)
    failed = driver.cuDevicePrimaryCtxRetain(&primary, device);
  if (failed)
    return cuda::makeError(driver, failed, "cannot use " + info->str());
  std::shared_ptr<const Context> context(new Context(driver, std::move(*info), device, primary));
  known = context;
  return context;
}

// Whatever went wrong, there is nobody left to be told.
Context::~Context() { (void)driver.cuDevicePrimaryCtxRelease(device); }
