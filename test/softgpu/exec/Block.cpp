//===- Block.cpp - a block of threads -------------------------------------===//

#include "Block.h"

#include "Grid.h"
#include "Synchronization.h"

#include <algorithm>

namespace softgpu {

/// Rounds in which warps of a block only waited for something, before other blocks run.
static constexpr unsigned idleRounds = 2;

Block::Block(Grid &grid, uint32_t index) : grid(grid), index(index) {
  const LaunchConfig &config = grid.config;
  coordinates[0] = index % config.grid[0];
  coordinates[1] = index / config.grid[0] % config.grid[1];
  coordinates[2] = index / config.grid[0] / config.grid[1];

  uint32_t bytes = grid.program.staticSharedBytes + config.dynamicSharedBytes;
  uint32_t words = (bytes + 3) / 4;
  sharedData.resize(words * 4, 0xcd);
  sharedStates.resize(words * 4, Unwritten);
  sharedCells.resize(words);
  shared = {0, bytes, sharedData.data(), sharedStates.data(), sharedCells.data()};

  start = grid.machine.races.tick();
  blockBase = start - 1;
  for (uint32_t first = 0; first < grid.threadsPerBlock; first += warpSize) {
    uint32_t count = std::min(warpSize, grid.threadsPerBlock - first);
    uint32_t lanes = count == warpSize ? ~0u : (1u << count) - 1;
    warps.push_back(std::make_unique<Warp>(*this, first / warpSize, lanes));
    Warp &warp = *warps.back();
    warp.warpBase = start - 1;
    std::fill_n(warp.times, warpSize, start);
  }
}

bool Block::run() {
  for (unsigned round = 0; round < idleRounds;) {
    bool anyReady = false, allDone = true, waited = false;
    for (auto &warp : warps) {
      if (warp->isDone())
        continue;
      allDone = false;
      if (!warp->isReady())
        continue;
      anyReady = true;
      warp->run();
      waited |= warp->isSpinning();
    }
    if (allDone)
      return true;
    if (!anyReady)
      failStuck();
    round += waited;
  }
  return false;
}

void Block::failStuck() const {
  const Warp *waiting = nullptr;
  std::string exited;
  for (auto &warp : warps) {
    if (warp->isDone())
      exited = ", and " + warp->nameOfLane(0) + " has exited";
    else
      waiting = warp.get();
  }
  throw LaunchFailure(launchFailed, "kernel " + grid.program.entry->name + ": deadlock: " + waiting->nameOfLane(0) +
                                        " waits at barrier " + std::to_string(waiting->barrierId) +
                                        " for threads that do not come" + exited);
}

void Block::arrive(Warp &warp, uint32_t id, uint32_t threads, bool wait) {
  if (id >= 16)
    warp.fail(illegalInstruction, "barrier " + std::to_string(id) + " does not exist, there are 16");
  if (threads % warpSize)
    warp.fail(illegalInstruction, "a barrier for " + std::to_string(threads) + " threads, not a multiple of 32");
  uint32_t expected = threads ? threads / warpSize : warps.size();
  Barrier &barrier = barriers[id];
  if (barrier.expectedWarps && barrier.expectedWarps != expected)
    warp.fail(illegalInstruction, "barrier " + std::to_string(id) + " is for " + std::to_string(expected * warpSize) +
                                      " threads here and for " + std::to_string(barrier.expectedWarps * warpSize) +
                                      " elsewhere");
  uint32_t bit = 1u << warp.index;
  if (barrier.arrived & bit)
    warp.fail(launchFailed, "a warp comes twice to barrier " + std::to_string(id) + " before it opens");
  barrier.expectedWarps = expected;
  barrier.arrived |= bit;
  if (wait)
    barrier.waiting |= bit;
  // Where threads are counted, not all of the block may meet, or some may not wait.
  if (threads)
    release(warp, barrier);
  bool wholeBlock = expected == warps.size() && barrier.waiting == barrier.arrived;
  if (static_cast<uint32_t>(__builtin_popcount(barrier.arrived)) == expected)
    complete(barrier, wholeBlock);
}

/// Remembers what the warp has done, for those who wait at the barrier.
void Block::release(Warp &warp, Barrier &barrier) {
  for (uint32_t rest = warp.exists; rest; rest &= rest - 1) {
    uint32_t lane = __builtin_ctz(rest);
    barrier.released = join(barrier.released, snapshot(warp, lane));
    warp.times[lane] = grid.machine.races.tick();
  }
}

void Block::complete(Barrier &barrier, bool wholeBlock) {
  RaceDetector &races = grid.machine.races;
  KnowledgePtr known = barrier.released;
  if (wholeBlock) {
    uint32_t time = races.tick();
    blockBase = time - 1;
    for (auto &warp : warps) {
      std::fill_n(warp->times, warpSize, time);
      if (warp->hasExtras)
        for (KnowledgePtr &extras : warp->extras)
          known = join(known, extras);
    }
  }
  for (auto &warp : warps) {
    if (!(barrier.waiting >> warp->index & 1))
      continue;
    if (known) {
      warp->hasExtras = true;
      for (KnowledgePtr &extras : warp->extras)
        extras = join(extras, known);
    }
    warp->deliverVotes(barrier.votes, barrier.all, barrier.any);
    warp->releaseBarrier();
  }
  barrier = {};
}

Block::FenceState &Block::fenceOf(const Warp &warp, uint32_t lane) {
  if (fences.empty())
    fences.resize(warps.size() * warpSize);
  return fences[warp.index * warpSize + lane];
}

} // namespace softgpu
