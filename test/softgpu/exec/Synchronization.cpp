//===- Synchronization.cpp - who has seen what ----------------------------===//

#include "Synchronization.h"

#include <algorithm>

namespace softgpu {

static uint32_t firstWarpOf(const Warp &warp) { return warp.block.index * warp.block.grid.warpsPerBlock; }

KnowledgePtr snapshot(const Warp &warp, uint32_t lane) {
  auto known = warp.extras[lane] ? std::make_shared<Knowledge>(*warp.extras[lane]) : std::make_shared<Knowledge>();
  uint32_t number = firstWarpOf(warp) + warp.index;
  known->addBlock(warp.block.index, warp.block.blockBase);
  known->addWarp(number, warp.warpBase);
  known->addThread(number * warpSize + lane, warp.times[lane]);
  return known;
}

Observer observerOf(const Warp &warp, uint32_t lane, bool shared) {
  const Block &block = warp.block;
  Observer result;
  result.firstWarp = firstWarpOf(warp);
  result.warps = block.grid.warpsPerBlock;
  result.thread = (result.firstWarp + warp.index) * warpSize + lane;
  result.block = block.index;
  result.time = warp.times[lane];
  result.start = shared ? block.start - 1 : block.grid.start;
  result.blockBase = block.blockBase;
  result.warpBase = warp.warpBase;
  result.extras = warp.extras[lane].get();
  return result;
}

void fence(Warp &warp, bool toDevice) {
  forEachActive(warp, [&](uint32_t lane) {
    Block::FenceState &state = warp.block.fenceOf(warp, lane);
    KnowledgePtr &pending = toDevice ? state.pendingDevice : state.pendingBlock;
    if (pending) {
      warp.extras[lane] = join(warp.extras[lane], pending);
      warp.hasExtras = true;
      pending = nullptr;
    }
    state.released = snapshot(warp, lane);
    state.releasedToDevice = toDevice;
    warp.times[lane] = warp.block.grid.machine.races.tick();
  });
}

static std::unordered_map<uint64_t, HandOver> &handOversOf(Warp &warp, bool shared) {
  return shared ? warp.block.sharedHandOvers : warp.block.grid.handOvers;
}

void publish(Warp &warp, uint32_t lane, uint64_t address, bool shared, Order order, bool readsToo) {
  Block &block = warp.block;
  KnowledgePtr released;
  bool toDevice = order.strength == Strength::Device;
  if (order.releases) {
    released = snapshot(warp, lane);
    warp.times[lane] = block.grid.machine.races.tick();
  } else if (!block.fences.empty()) {
    const Block::FenceState &state = block.fenceOf(warp, lane);
    released = state.released;
    toDevice &= state.releasedToDevice;
  }
  auto &handOvers = handOversOf(warp, shared);
  auto found = handOvers.find(address);
  if (!released && found == handOvers.end())
    return;
  HandOver &place = found == handOvers.end() ? handOvers[address] : found->second;
  if (!readsToo)
    place = {};
  if (!released)
    return;
  if (toDevice)
    place.device = join(place.device, released);
  if (place.block != block.index)
    place.withinBlock = nullptr;
  place.withinBlock = join(place.withinBlock, released);
  place.block = block.index;
}

void observe(Warp &warp, uint32_t lane, uint64_t address, bool shared, Order order) {
  auto &handOvers = handOversOf(warp, shared);
  if (handOvers.empty())
    return;
  auto found = handOvers.find(address);
  if (found == handOvers.end())
    return;
  Block &block = warp.block;
  KnowledgePtr within = found->second.block == block.index ? found->second.withinBlock : nullptr;
  KnowledgePtr all = order.strength == Strength::Device ? join(found->second.device, within) : within;
  if (!all)
    return;
  if (order.acquires) {
    warp.extras[lane] = join(warp.extras[lane], all);
    warp.hasExtras = true;
    return;
  }
  Block::FenceState &state = block.fenceOf(warp, lane);
  state.pendingDevice = join(state.pendingDevice, all);
  state.pendingBlock = join(state.pendingBlock, within);
}

void synchronizeLanes(Warp &warp, uint32_t lanes) {
  RaceDetector &races = warp.block.grid.machine.races;
  KnowledgePtr known;
  if (warp.hasExtras)
    for (uint32_t rest = lanes; rest; rest &= rest - 1)
      known = join(known, warp.extras[__builtin_ctz(rest)]);
  if (lanes == warp.exists) {
    uint32_t time = races.tick();
    warp.warpBase = time - 1;
    std::fill_n(warp.times, warpSize, time);
  } else {
    for (uint32_t rest = lanes; rest; rest &= rest - 1)
      known = join(known, snapshot(warp, __builtin_ctz(rest)));
    uint32_t time = races.tick();
    for (uint32_t rest = lanes; rest; rest &= rest - 1)
      warp.times[__builtin_ctz(rest)] = time;
  }
  if (!known)
    return;
  warp.hasExtras = true;
  for (uint32_t rest = lanes; rest; rest &= rest - 1)
    warp.extras[__builtin_ctz(rest)] = known;
}

} // namespace softgpu
