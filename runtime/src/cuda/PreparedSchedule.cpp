//===- PreparedSchedule.cpp - launches of one runner ----------------------===//

#include "cuda/PreparedSchedule.h"

using namespace nnc;
using namespace nnc::cuda;

PreparedSchedule::PreparedSchedule(PreparedSchedule &&other) noexcept
    : module(other.module), schedule(other.schedule), launches(std::move(other.launches)),
      graph(std::exchange(other.graph, nullptr)), executable(std::exchange(other.executable, nullptr)) {}

PreparedSchedule::~PreparedSchedule() {
  if (!graph)
    return;
  const Driver &driver = module->context().driver;
  module->context().release([&] {
    if (executable)
      (void)driver.cuGraphExecDestroy(executable);
    (void)driver.cuGraphDestroy(graph);
  });
}

Result<PreparedSchedule> PreparedSchedule::make(const Module &module, const Schedule &schedule,
                                                const CallAddresses &addresses, int64_t mostSamples, bool asGraph) {
  PreparedSchedule prepared(module, schedule);
  if (std::optional<Error> error = prepared.checkLimits(mostSamples, addresses.capacity))
    return *error;
  prepared.prepareLaunches();
  if (!asGraph)
    return prepared;
  for (PreparedLaunch &launch : prepared.launches)
    prepared.bind(launch, addresses, mostSamples);
  if (CallResult failed = module.context().within([&] { return prepared.makeGraph(); }))
    return module.context().makeError(failed, "cannot make a graph of the kernels");
  return prepared;
}

/// rows + rows_per_sample * samples, or nothing if that does not fit 63 bits.
static std::optional<int64_t> rowsOf(const Launch &launch, int64_t samples) {
  int64_t rows;
  if (__builtin_mul_overflow(launch.rowsPerSample, samples, &rows) || __builtin_add_overflow(rows, launch.rows, &rows))
    return std::nullopt;
  return rows;
}

static int64_t blocksOf(int64_t rows, uint32_t rowsPerBlock) {
  return rows / rowsPerBlock + (rows % rowsPerBlock != 0);
}

/// Grids and counts are largest, or of largest magnitude, for the most samples; addresses fit by the table's check.
std::optional<Error> PreparedSchedule::checkLimits(int64_t mostSamples, int64_t capacity) const {
  for (const Launch &launch : schedule->launches) {
    std::optional<int64_t> rows = rowsOf(launch, mostSamples);
    bool fits = rows && blocksOf(*rows, launch.rowsPerBlock) <= INT32_MAX;
    for (const Argument &argument : launch.arguments) {
      int64_t value, factor = argument.kind == NNC_CUDA_COUNT ? mostSamples : capacity;
      if (argument.kind == NNC_CUDA_COUNT || argument.kind == NNC_CUDA_WORKSPACE)
        fits = fits && !__builtin_mul_overflow(argument.scale, factor, &value) &&
               !__builtin_add_overflow(value, argument.offset, &value);
    }
    if (!fits)
      return Error(StatusCode::Invalid, "a batch of " + std::to_string(mostSamples) + " is too large for kernel " +
                                            module->variant().kernels[launch.kernel].name);
  }
  return std::nullopt;
}

void PreparedSchedule::prepareLaunches() {
  launches.reserve(schedule->launches.size());
  for (const Launch &launch : schedule->launches) {
    const Kernel &kernel = module->variant().kernels[launch.kernel];
    PreparedLaunch &prepared = launches.emplace_back();
    prepared.launch = &launch;
    prepared.values.resize(launch.arguments.size());
    for (uint64_t &value : prepared.values)
      prepared.pointers.push_back(&value);
    prepared.parameters = {
        module->function(launch.kernel), 0,      launch.gridY, 1, kernel.threads, 1, 1, kernel.dynamicSharedSize,
        prepared.pointers.data(),        nullptr};
  }
}

static uint64_t valueOf(const Argument &argument, const CallAddresses &addresses, int64_t samples) {
  auto linear = [&](int64_t count) { return static_cast<uint64_t>(argument.offset + argument.scale * count); };
  switch (argument.kind) {
  case NNC_CUDA_INPUT:
    return addresses.inputs[argument.index];
  case NNC_CUDA_OUTPUT:
    return addresses.outputs[argument.index];
  case NNC_CUDA_PACKED:
    return addresses.packed + static_cast<uint64_t>(argument.offset);
  case NNC_CUDA_WORKSPACE:
    return addresses.workspace + linear(addresses.capacity);
  default:
    return linear(samples);
  }
}

void PreparedSchedule::bind(PreparedLaunch &prepared, const CallAddresses &addresses, int64_t samples) {
  const Launch &launch = *prepared.launch;
  auto blocks = static_cast<unsigned>(blocksOf(launch.rows + launch.rowsPerSample * samples, launch.rowsPerBlock));
  prepared.isCurrent = prepared.isCurrent && blocks == prepared.parameters.gridDimX;
  prepared.parameters.gridDimX = blocks;
  for (size_t i = 0; i < prepared.values.size(); ++i) {
    uint64_t value = valueOf(launch.arguments[i], addresses, samples);
    prepared.isCurrent = prepared.isCurrent && value == prepared.values[i];
    prepared.values[i] = value;
  }
}

/// A chain of the launches as they are bound.
CallResult PreparedSchedule::makeGraph() {
  const Driver &driver = module->context().driver;
  if (CallResult failed = driver.cuGraphCreate(&graph, 0))
    return failed;
  CUgraphNode before = nullptr;
  for (PreparedLaunch &launch : launches) {
    if (CallResult failed =
            driver.cuGraphAddKernelNode(&launch.node, graph, &before, before ? 1 : 0, &launch.parameters))
      return failed;
    before = launch.node;
    launch.isCurrent = true;
  }
  return driver.cuGraphInstantiate(&executable, graph, 0);
}

CallResult PreparedSchedule::launch(const CallAddresses &addresses, int64_t samples, CUstream stream) {
  const Driver &driver = module->context().driver;
  // A graph cannot be launched into a stream that is being captured into another one.
  int capture = CU_STREAM_CAPTURE_STATUS_NONE;
  if (graph)
    if (CallResult failed = driver.cuStreamIsCapturing(stream, &capture))
      return failed;
  bool asGraph = graph && capture == CU_STREAM_CAPTURE_STATUS_NONE;
  for (PreparedLaunch &launch : launches) {
    bind(launch, addresses, samples);
    CUDA_KERNEL_NODE_PARAMS &p = launch.parameters;
    CallResult failed;
    if (!asGraph)
      failed = driver.cuLaunchKernel(p.func, p.gridDimX, p.gridDimY, p.gridDimZ, p.blockDimX, p.blockDimY, p.blockDimZ,
                                     p.sharedMemBytes, stream, p.kernelParams, nullptr);
    else if (!launch.isCurrent)
      failed = driver.cuGraphExecKernelNodeSetParams(executable, launch.node, &p);
    if (failed)
      return failed;
    launch.isCurrent = launch.isCurrent || asGraph;
  }
  return asGraph ? driver.cuGraphLaunch(executable, stream) : CallResult();
}
