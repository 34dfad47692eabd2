//===- CudaExecutor.cpp - one call at a time on a GPU ---------------------===//

#include "cuda/CudaExecutor.h"

#include "Table.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

using namespace nnc;
using namespace nnc::cuda;

/// As the driver allocates.
static constexpr size_t alignment = 256;
/// What kernels need of a caller's own memory.
static constexpr CUdeviceptr callersAlignment = 16;
/// Up to so many bytes of an input or output go by way of our pinned memory; with more the driver's own way from memory
/// that is not pinned is faster (with an H200: 200 KB in, 21 us and not 25; 3 MB out, 225 us and not 297).
static constexpr size_t mostPinnedIn = size_t(64) << 10, mostPinnedOut = size_t(1) << 20;

//===----------------------------------------------------------------------===//
// Making
//===----------------------------------------------------------------------===//

Result<std::unique_ptr<Executor>> CudaExecutor::make(const Table &table, const Module &module, CUdeviceptr packed,
                                                     const RunnerOptions &options) {
  std::unique_ptr<CudaExecutor> executor(new CudaExecutor(table, module));
  executor->addresses.packed = packed;
  int64_t mostSamples = table.open ? options.maxBatch : 1;
  std::optional<Error> error = executor->makeMemory(mostSamples);
  if (!error)
    error = executor->makeSchedules(mostSamples);
  if (!error)
    error = executor->makeStream(options);
  if (error)
    return *error;
  return std::unique_ptr<Executor>(std::move(executor));
}

std::optional<Error> CudaExecutor::makeMemory(int64_t mostSamples) {
  auto tooLarge = [&] {
    return Error(StatusCode::Invalid,
                 "a batch of " + std::to_string(mostSamples) + " needs more bytes than 63 bits count");
  };
  constexpr int64_t step = NNC_CUDA_CAPACITY_STEP;
  if (mostSamples > INT64_MAX - step)
    return tooLarge();
  addresses.capacity = table.open ? (std::max<int64_t>(mostSamples, 1) + step - 1) / step * step : 1;
  size_t workspaceBytes, deviceBytes = 0, pinnedBytes = 0;
  if (__builtin_mul_overflow(module.variant().workspaceSizePerSample, size_t(addresses.capacity), &workspaceBytes) ||
      __builtin_add_overflow(module.variant().workspaceSize, workspaceBytes, &workspaceBytes))
    return tooLarge();
  struct {
    const std::vector<TensorInfo> &infos;
    std::vector<Staging> &staging;
    std::vector<CUdeviceptr> &addresses;
    size_t mostPinned;
  } lists[] = {{table.inputs, inputStaging, inputAddresses, mostPinnedIn},
               {table.outputs, outputStaging, outputAddresses, mostPinnedOut}};
  for (auto &list : lists) {
    for (const TensorInfo &info : list.infos) {
      list.staging.push_back({&info, list.mostPinned, deviceBytes, pinnedBytes});
      std::optional<size_t> bytes = sizeOfSamples(info, mostSamples);
      if (!bytes || __builtin_add_overflow(deviceBytes, *bytes, &deviceBytes) ||
          __builtin_add_overflow(deviceBytes, alignment - 1, &deviceBytes))
        return tooLarge();
      deviceBytes = deviceBytes / alignment * alignment;
      pinnedBytes += (std::min(*bytes, list.mostPinned) + alignment - 1) / alignment * alignment;
    }
    list.addresses.resize(list.infos.size());
  }
  Result<DeviceMemory> work = DeviceMemory::allocate(module.sharedContext(), workspaceBytes, "the workspace");
  if (!work)
    return work.error();
  Result<DeviceMemory> onDevice = DeviceMemory::allocate(module.sharedContext(), deviceBytes, "inputs and outputs");
  if (!onDevice)
    return onDevice.error();
  Result<PinnedMemory> onHost = PinnedMemory::allocate(module.sharedContext(), pinnedBytes, "inputs and outputs");
  if (!onHost)
    return onHost.error();
  workspace = std::move(*work);
  deviceStaging = std::move(*onDevice);
  pinnedStaging = std::move(*onHost);
  addresses.workspace = workspace.address();
  addresses.inputs = inputAddresses.data();
  addresses.outputs = outputAddresses.data();
  for (auto &list : lists)
    for (size_t i = 0; i < list.staging.size(); ++i)
      list.addresses[i] = deviceStaging.address() + list.staging[i].deviceOffset;
  return std::nullopt;
}

/// The schedules that calls of up to `mostSamples` take.
std::optional<Error> CudaExecutor::makeSchedules(int64_t mostSamples) {
  for (const Schedule &schedule : module.variant().schedules) {
    if (!schedules.empty() && schedules.back().maxSamples() >= mostSamples)
      return std::nullopt;
    // A graph saves time where launching takes longer than the kernels: not for many samples.
    bool isForFew = !table.open || schedule.maxSamples < INT64_MAX;
    bool asGraph = isForFew && schedule.launches.size() > 1;
    int64_t most = std::max<int64_t>(std::min(mostSamples, schedule.maxSamples), 1);
    Result<PreparedSchedule> prepared = PreparedSchedule::make(module, schedule, addresses, most, asGraph);
    if (!prepared)
      return prepared.error();
    schedules.push_back(std::move(*prepared));
  }
  return std::nullopt;
}

std::optional<Error> CudaExecutor::makeStream(const RunnerOptions &options) {
  const Context &context = module.context();
  stream = static_cast<CUstream>(options.cudaStream);
  if (!stream) {
    CallResult failed = context.within([&] { return context.driver.cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING); });
    ownsStream = stream != nullptr;
    if (failed)
      return context.makeError(failed, "cannot make a stream");
  }
  if (!options.timed)
    return std::nullopt;
  if (CallResult failed = timer.enable(module.sharedContext()))
    return context.makeError(failed, "cannot make the marks of a clock");
  return std::nullopt;
}

CudaExecutor::~CudaExecutor() {
  const Context &context = module.context();
  context.release([&] {
    if (hasQueued)
      (void)context.driver.cuStreamSynchronize(stream);
    if (ownsStream)
      (void)context.driver.cuStreamDestroy(stream);
  });
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

Status CudaExecutor::fail(CallResult failed) {
  const Context &context = module.context();
  char what[320];
  std::snprintf(what, sizeof what, "running model %.100s on %s", table.name.c_str(), context.name());
  return makeStatus(context.driver, failed, what, message);
}

Status CudaExecutor::run(const void *const *inputs, void *const *outputs, int64_t batch) {
  if (table.open && batch == 0)
    return {};
  if (CallResult failed = module.context().enter())
    return fail(failed);
  Status status = runInContext(inputs, outputs, batch);
  CallResult left = module.context().leave();
  return left && status.ok() ? fail(left) : status;
}

Status CudaExecutor::runInContext(const void *const *inputs, void *const *outputs, int64_t batch) {
  if (Status status = locate(inputs, outputs); !status.ok())
    return status;
  CallResult failed = queue(inputs, outputs, batch);
  auto isUsed = [](const Staging &staging) { return staging.isUsed; };
  bool waits = ownsStream || failed || timer.isEnabled() ||
               std::any_of(inputStaging.begin(), inputStaging.end(), isUsed) ||
               std::any_of(outputStaging.begin(), outputStaging.end(), isUsed);
  hasQueued = !waits;
  if (waits) {
    CallResult late = module.context().driver.cuStreamSynchronize(stream);
    if (!failed)
      failed = late;
  }
  if (!failed && waits)
    failed = timer.read();
  if (failed)
    return fail(failed);
  for (size_t i = 0; i < outputStaging.size(); ++i) {
    const Staging &staging = outputStaging[i];
    size_t bytes = *sizeOfSamples(*staging.info, batch);
    if (staging.isCopiedByPinned(bytes))
      std::memcpy(outputs[i], pinnedStaging.data() + staging.pinnedOffset, bytes);
  }
  return {};
}

Status CudaExecutor::locate(const void *const *inputs, void *const *outputs) {
  for (size_t i = 0; i < inputStaging.size(); ++i)
    if (Status status = locate(inputs[i], "input", inputStaging[i], inputAddresses[i]); !status.ok())
      return status;
  for (size_t i = 0; i < outputStaging.size(); ++i)
    if (Status status = locate(outputs[i], "output", outputStaging[i], outputAddresses[i]); !status.ok())
      return status;
  return {};
}

Status CudaExecutor::locate(const void *pointer, const char *what, Staging &staging, CUdeviceptr &address) {
  unsigned memoryType = 0;
  int ordinal = 0;
  CUpointer_attribute attributes[] = {CU_POINTER_ATTRIBUTE_MEMORY_TYPE, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL};
  void *values[] = {&memoryType, &ordinal};
  const Context &context = module.context();
  auto given = static_cast<CUdeviceptr>(reinterpret_cast<uintptr_t>(pointer));
  if (CallResult failed = context.driver.cuPointerGetAttributes(2, attributes, values, given))
    return fail(failed);
  staging.isUsed = memoryType != CU_MEMORYTYPE_DEVICE;
  staging.isCallersPinned = memoryType == CU_MEMORYTYPE_HOST;
  address = staging.isUsed ? deviceStaging.address() + staging.deviceOffset : given;
  if (staging.isUsed)
    return {};
  const char *name = staging.info->name.c_str();
  if (ordinal != context.info.device.index())
    return message.refuse("%s \"%s\" is on cuda:%d, model %s is on %s", what, name, ordinal, table.name.c_str(),
                          context.name());
  if (given % callersAlignment != 0)
    return message.refuse("%s \"%s\" is at 0x%llx; on a GPU it has to be at a multiple of %llu bytes", what, name,
                          given, callersAlignment);
  return {};
}

CallResult CudaExecutor::queue(const void *const *inputs, void *const *outputs, int64_t batch) {
  if (CallResult failed = timer.record(CallTimer::Begin, stream))
    return failed;
  for (size_t i = 0; i < inputStaging.size(); ++i)
    if (CallResult failed = copyIn(inputs[i], inputStaging[i], batch))
      return failed;
  if (CallResult failed = timer.record(CallTimer::CopiedIn, stream))
    return failed;
  int64_t samples = table.open ? batch : 1;
  auto schedule = std::find_if(schedules.begin(), schedules.end(),
                               [&](const PreparedSchedule &schedule) { return schedule.maxSamples() >= samples; });
  if (CallResult failed = schedule->launch(addresses, samples, stream))
    return failed;
  if (CallResult failed = timer.record(CallTimer::Launched, stream))
    return failed;
  for (size_t i = 0; i < outputStaging.size(); ++i)
    if (CallResult failed = copyOut(outputs[i], outputStaging[i], batch))
      return failed;
  return timer.record(CallTimer::CopiedOut, stream);
}

CallResult CudaExecutor::copyIn(const void *from, const Staging &staging, int64_t batch) {
  size_t bytes = staging.isUsed ? *sizeOfSamples(*staging.info, batch) : 0;
  if (bytes == 0)
    return {};
  if (staging.isCopiedByPinned(bytes))
    from = std::memcpy(pinnedStaging.data() + staging.pinnedOffset, from, bytes);
  return module.context().driver.cuMemcpyHtoDAsync(deviceStaging.address() + staging.deviceOffset, from, bytes, stream);
}

CallResult CudaExecutor::copyOut(void *to, const Staging &staging, int64_t batch) {
  size_t bytes = staging.isUsed ? *sizeOfSamples(*staging.info, batch) : 0;
  if (bytes == 0)
    return {};
  if (staging.isCopiedByPinned(bytes))
    to = pinnedStaging.data() + staging.pinnedOffset;
  return module.context().driver.cuMemcpyDtoHAsync(to, deviceStaging.address() + staging.deviceOffset, bytes, stream);
}
