//===- Access.cpp - checked accesses to memory ----------------------------===//

#include "Access.h"

#include <cstdio>

namespace softgpu {

static std::string hex(uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

static const char *nameOf(Space space) {
  static const char *const names[] = {"generic", "global", "const", "shared", "local", "param"};
  return names[static_cast<unsigned>(space)];
}

Target Accessor::locate(uint32_t lane, uint64_t address, uint32_t bytes, const char *what) {
  Space where = space;
  uint64_t original = address;
  auto window = [&](uint64_t base) { return address - base < windowBytes; };
  // An address of a window is taken by the space's own instructions too, as cvta.to would make it.
  if (where == Space::Generic) {
    where = window(sharedWindow)  ? Space::Shared
            : window(localWindow) ? Space::Local
            : window(paramWindow) ? Space::Param
                                  : Space::Global;
    if (where != Space::Global)
      address &= windowBytes - 1;
  } else if (where == Space::Param && window(paramWindow)) {
    address -= paramWindow;
  }
  if (address & (bytes - 1))
    warp.fail(misalignedAddress,
              std::string(what) + " of " + std::to_string(bytes) + " bytes at the misaligned " + nameOf(where) +
                  " address " + hex(original),
              lane);
  switch (where) {
  case Space::Shared:
    if (!warp.block.shared.contains(address, bytes))
      failOutside(lane, where, address, bytes, what);
    return {&warp.block.shared, address, where};
  case Space::Local:
    localRegion = {0, warp.localData[lane].size(), warp.localData[lane].data(), warp.localStates[lane].data()};
    if (!localRegion.contains(address, bytes))
      failOutside(lane, where, address, bytes, what);
    return {&localRegion, address, where};
  case Space::Param: {
    Region &region = warp.block.grid.parameterRegion;
    if (!region.contains(address, bytes))
      failOutside(lane, where, address, bytes, what);
    return {&region, address, where};
  }
  default:
    return locateGlobal(lane, address, bytes, what);
  }
}

Target Accessor::locateGlobal(uint32_t lane, uint64_t address, uint32_t bytes, const char *what) {
  Region *region = warp.lastGlobal;
  if (!region || !region->contains(address, bytes)) {
    Allocation *allocation = warp.block.grid.machine.memory.find(address);
    if (!allocation || !allocation->region.contains(address, bytes))
      failOutside(lane, Space::Global, address, bytes, what);
    if (!allocation->isHost() && allocation->context != warp.block.grid.context)
      warp.fail(illegalAddress,
                std::string(what) + " of " + std::to_string(bytes) + " bytes at global address " + hex(address) +
                    ", which belongs to another device",
                lane);
    region = warp.lastGlobal = &allocation->region;
  }
  return {region, address - region->base, Space::Global};
}

// Words.

static uint32_t bytesOfWord(uint64_t word, uint64_t begin, uint64_t end) {
  uint32_t mask = 15;
  if (word * 4 < begin)
    mask &= 15u << (begin - word * 4);
  if (word * 4 + 4 > end)
    mask &= 15u >> (word * 4 + 4 - end);
  return mask;
}

void Accessor::trackRead(uint32_t lane, const Target &target, uint32_t bytes, Strength strength) {
  RaceDetector &races = warp.block.grid.machine.races;
  Observer &by = observer(lane, target);
  uint64_t begin = target.offset, end = begin + bytes;
  for (uint64_t word = begin / 4; word * 4 < end; ++word)
    if (!races.read(target.region->cells[word], by, bytesOfWord(word, begin, end), strength))
      failRace(lane, target, bytes, "reads");
}

void Accessor::trackWrite(uint32_t lane, const Target &target, uint32_t bytes, Strength strength) {
  RaceDetector &races = warp.block.grid.machine.races;
  Observer &by = observer(lane, target);
  uint64_t begin = target.offset, end = begin + bytes;
  for (uint64_t word = begin / 4; word * 4 < end; ++word)
    if (!races.write(target.region->cells[word], by, bytesOfWord(word, begin, end), strength))
      failRace(lane, target, bytes, "writes");
}

// Messages.

void Accessor::failOutside(uint32_t lane, Space where, uint64_t address, uint32_t bytes, const char *what) {
  std::string message = std::string(what) + " of " + std::to_string(bytes) + " bytes at " + nameOf(where) +
                        " address " + hex(address) + ", which belongs to no allocation";
  if (where == Space::Shared)
    message += " (the block has " + std::to_string(warp.block.shared.sizeBytes) + " bytes of shared memory)";
  if (where == Space::Global)
    if (Allocation *near = warp.block.grid.machine.memory.nearestBelow(address))
      message += " (" + std::to_string(address - near->region.base) + " bytes behind the start of one of " +
                 std::to_string(near->region.sizeBytes) + " bytes)";
  warp.fail(illegalAddress, message, lane);
}

void Accessor::failUnwritten(uint32_t lane, const Target &target, uint32_t bytes) {
  std::string reason = "which nobody wrote";
  for (uint32_t i = 0; i < bytes; ++i)
    if (target.region->states[target.offset + i] == InFlight)
      reason = "where a cp.async was not waited for";
  warp.fail(illegalAddress,
            "reads " + std::to_string(bytes) + " bytes at " + nameOf(target.space) + " address " +
                hex(target.region->base + target.offset) + ", " + reason,
            lane);
}

void Accessor::failReadOnly(uint32_t lane, const Target &target) {
  warp.fail(illegalAddress,
            std::string("writes ") + nameOf(target.space) + " address " + hex(target.region->base + target.offset) +
                ", which is constant",
            lane);
}

void Accessor::failRace(uint32_t lane, const Target &target, uint32_t bytes, const char *what) {
  const Conflict &conflict = warp.block.grid.machine.races.conflict();
  const Grid &grid = warp.block.grid;
  uint32_t block = conflict.thread / warpSize / grid.warpsPerBlock;
  uint32_t thread = conflict.thread - block * grid.warpsPerBlock * warpSize;
  warp.fail(launchFailed,
            std::string("race: ") + what + " " + std::to_string(bytes) + " bytes at " + nameOf(target.space) +
                " address " + hex(target.region->base + target.offset) + ", which thread " + std::to_string(thread) +
                " of block " + std::to_string(block) + (conflict.wrote ? " wrote" : " read") +
                " without a barrier or hand-over between them",
            lane);
}

} // namespace softgpu
