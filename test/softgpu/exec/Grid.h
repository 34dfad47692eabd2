//===- Grid.h - one launch of a kernel --------------------------*- C++ -*-===//

#ifndef SOFTGPU_EXEC_GRID_H
#define SOFTGPU_EXEC_GRID_H

#include "../memory/AddressSpace.h"
#include "Block.h"

namespace softgpu {

struct LaunchConfig {
  uint32_t grid[3] = {1, 1, 1}, block[3] = {1, 1, 1};
  uint32_t dynamicSharedBytes = 0;
  bool cooperative = false; // its blocks may wait for each other: all of them are resident
};

/// What launches counted; the tests read it through softgpu.h.
struct ExecutionCounters {
  uint64_t instructions = 0; // a thread's instruction counts one
  uint64_t approximate = 0;  // .approx and .full
  uint64_t contracted = 0;   // bare add after bare mul, run as one fma
};

/// What outlives a launch.
struct Machine {
  AddressSpace memory;
  RaceDetector races;
  ExecutionCounters counters;
  uint64_t warpInstructionBudget = 400'000'000; // of one launch
  uint32_t residentBlocks = 864;
  uint64_t launches = 0;
};

class Grid {
public:
  /// `context` is whose device memory the kernel may touch.
  Grid(Machine &machine, const void *context, const Program &program, const LaunchConfig &config,
       std::vector<uint8_t> parameters);

  /// Runs to the end. Throws LaunchFailure.
  void run();

  Machine &machine;
  const void *const context;
  const Program &program;
  const LaunchConfig config;
  const std::vector<uint8_t> parameters;
  Region parameterRegion;
  uint32_t threadsPerBlock, warpsPerBlock, blocks;
  uint32_t start; // the time before its first instruction
  int64_t budget; // instructions of warps still allowed
  std::unordered_map<uint64_t, HandOver> handOvers;
};

} // namespace softgpu

#endif
