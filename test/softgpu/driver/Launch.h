//===- Launch.h - what launches and graph nodes share -----------*- C++ -*-===//

#ifndef SOFTGPU_DRIVER_LAUNCH_H
#define SOFTGPU_DRIVER_LAUNCH_H

#include "Driver.h"

namespace softgpu {

/// Whether the handle is of a function in a loaded module.
bool isFunction(Driver &driver, const LoadedFunction *function);

/// Copies the arguments, as the driver does before a launch returns.
CUresult collect(const LoadedFunction &function, void **arguments, void **extra, std::vector<uint8_t> &bytes);

/// Whether the device and the function allow the sizes.
CUresult checkConfig(const LoadedFunction &function, const LaunchConfig &config);

} // namespace softgpu

#endif
