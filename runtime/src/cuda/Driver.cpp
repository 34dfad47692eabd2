//===- Driver.cpp - NVIDIA's driver, found at run time --------------------===//

#include "cuda/Driver.h"

#include "cuda/DriverError.h"

#include <dlfcn.h>
#include <mutex>
#include <optional>

using namespace nnc;
using namespace nnc::cuda;

static constexpr char library[] = "libcuda.so.1";

template <typename... Parameters> static bool find(void *handle, EntryPoint<Parameters...> &entry) {
  entry.function = reinterpret_cast<CUresult (*)(Parameters...)>(dlsym(handle, entry.symbol));
  return entry.function;
}

/// Finds all functions of the library `handle`; the name of the first that is not there, or null.
static const char *findAll(void *handle, Driver &driver) {
#define NNC_CUDA_ENTRY(name, symbol, ...)                                                                              \
  if (!find(handle, driver.name))                                                                                      \
    return #symbol;
#include "cuda/DriverEntries.def"
  return nullptr;
}

static std::optional<Error> load(Driver &driver) {
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return Error(StatusCode::System,
                 std::string("there is no NVIDIA driver (") + dlerror() + "); install it, or run on the device cpu");
  const char *missing = findAll(handle, driver);
  if (!missing)
    return std::nullopt;
  dlclose(handle);
  return Error(StatusCode::System, std::string("the NVIDIA driver has no function ") + missing +
                                       ": it is older than CUDA 11.4; update it, or run on the device cpu");
}

Result<const Driver *> Driver::get() {
  static std::mutex mutex;
  static Driver driver;
  static bool loaded = false, initialized = false;
  std::lock_guard lock(mutex);
  if (!loaded)
    if (std::optional<Error> error = load(driver))
      return *error;
  loaded = true;
  if (initialized)
    return &driver;
  CallResult failed = driver.cuInit(0);
  if (!failed)
    failed = driver.cuDriverGetVersion(&driver.version);
  if (failed)
    return makeError(driver, failed, "the NVIDIA driver does not start");
  initialized = true;
  return &driver;
}
