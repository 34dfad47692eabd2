//===- Gpu.cpp - which GPUs there are -------------------------------------===//

#include "cuda/Gpu.h"

#include "cuda/DriverError.h"

using namespace nnc;
using namespace nnc::cuda;

/// The oldest compute capability that nnc compiles for.
static constexpr int leastArch = 80;

std::string GpuInfo::str() const { return device.str() + " (" + name + ")"; }

int GpuInfo::fmaLanes() const {
  // CUDA C++ Programming Guide, table of arithmetic instructions: 32-bit floating-point multiply-adds.
  if (arch == 80)
    return 64;
  return arch > 80 && arch < 130 ? 128 : 0;
}

static Result<int> countGpus(const Driver &driver) {
  int count = 0;
  if (CallResult failed = driver.cuDeviceGetCount(&count))
    return makeError(driver, failed, "cannot count the GPUs");
  return count;
}

Result<GpuInfo> nnc::cuda::readGpuInfo(const Driver &driver, int index) {
  std::string label = "cuda:" + std::to_string(index);
  Result<int> count = countGpus(driver);
  if (!count)
    return count.error();
  if (*count == 0)
    return Error(StatusCode::System, label + ": no NVIDIA GPU is visible; look at nvidia-smi and CUDA_VISIBLE_DEVICES, "
                                             "or run on the device cpu");
  if (index >= *count)
    return Error(StatusCode::System, label + ": there is no such GPU, the last is cuda:" + std::to_string(*count - 1) +
                                         "; nnc-run --list-devices shows all");
  GpuInfo info;
  info.device = Device::cuda(index);
  info.cudaVersion = driver.version;
  CUdevice device = 0;
  char name[256] = "";
  int major = 0, minor = 0, clockKhz = 0, memoryClockKhz = 0;
  size_t bytes = 0;
  struct {
    CUdevice_attribute attribute;
    int &to;
  } attributes[] = {{CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, major},
                    {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, minor},
                    {CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, info.multiprocessors},
                    {CU_DEVICE_ATTRIBUTE_CLOCK_RATE, clockKhz},
                    {CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH, info.memoryBusBits},
                    {CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE, memoryClockKhz},
                    {CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, info.sharedBytesPerBlock}};
  CallResult failed = driver.cuDeviceGet(&device, index);
  if (!failed)
    failed = driver.cuDeviceGetName(name, sizeof name - 1, device);
  if (!failed)
    failed = driver.cuDeviceTotalMem(&bytes, device);
  for (auto &[attribute, to] : attributes)
    if (!failed)
      failed = driver.cuDeviceGetAttribute(&to, attribute, device);
  if (failed)
    return makeError(driver, failed, "cannot read the properties of " + label);
  info.name = name;
  info.memoryBytes = bytes;
  info.arch = 10 * major + minor;
  info.clockGhz = clockKhz / 1e6;
  info.memoryClockGhz = memoryClockKhz / 1e6;
  return info;
}

std::optional<Error> nnc::cuda::checkGpu(const GpuInfo &info) {
  if (info.arch >= leastArch)
    return std::nullopt;
  return Error(StatusCode::System, info.str() + " has compute capability " + std::to_string(info.arch / 10) + "." +
                                       std::to_string(info.arch % 10) + ", nnc's code needs 8.0");
}

std::optional<Error> nnc::cuda::findUnavailable(int index) {
  Result<const Driver *> driver = Driver::get();
  if (!driver)
    return driver.error();
  Result<GpuInfo> info = readGpuInfo(**driver, index);
  return info ? checkGpu(*info) : info.error();
}

Result<std::vector<GpuInfo>> nnc::listGpus() {
  Result<const Driver *> driver = Driver::get();
  if (!driver)
    return driver.error();
  Result<int> count = countGpus(**driver);
  if (!count)
    return count.error();
  std::vector<GpuInfo> list;
  for (int index = 0; index < *count; ++index) {
    Result<GpuInfo> info = readGpuInfo(**driver, index);
    if (!info)
      return info.error();
    list.push_back(std::move(*info));
  }
  return list;
}
