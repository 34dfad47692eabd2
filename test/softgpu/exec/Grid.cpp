//===- Grid.cpp - one launch of a kernel ----------------------------------===//

#include "Grid.h"

#include <cfenv>
#include <list>

namespace softgpu {

Grid::Grid(Machine &machine, const void *context, const Program &program, const LaunchConfig &config,
           std::vector<uint8_t> parameters)
    : machine(machine), context(context), program(program), config(config), parameters(std::move(parameters)) {
  parameterRegion.sizeBytes = this->parameters.size();
  parameterRegion.data = const_cast<uint8_t *>(this->parameters.data());
  parameterRegion.readOnly = true;
  threadsPerBlock = config.block[0] * config.block[1] * config.block[2];
  warpsPerBlock = (threadsPerBlock + warpSize - 1) / warpSize;
  blocks = config.grid[0] * config.grid[1] * config.grid[2];
  machine.races.forgetReaders();
  start = machine.races.tick();
  budget = machine.warpInstructionBudget;
  ++machine.launches;
}

void Grid::run() {
  std::fenv_t environment;
  std::fegetenv(&environment);
  std::fesetenv(FE_DFL_ENV);
  struct Restore {
    std::fenv_t &environment;
    ~Restore() { std::fesetenv(&environment); }
  } restore{environment};

  // Blocks are made when they first run: most kernels' blocks end in their first turn.
  std::list<std::unique_ptr<Block>> resident;
  uint32_t limit = config.cooperative ? blocks : machine.residentBlocks, next = 0;
  while (next < blocks || !resident.empty()) {
    for (auto block = resident.begin(); block != resident.end();)
      block = (*block)->run() ? resident.erase(block) : std::next(block);
    while (next < blocks && resident.size() < limit) {
      auto block = std::make_unique<Block>(*this, next++);
      if (!block->run())
        resident.push_back(std::move(block));
    }
  }
}

} // namespace softgpu
