//===- Race.cpp - find data races -----------------------------------------===//

#include "Race.h"

namespace softgpu {

static Strength strengthIn(uint32_t bits, unsigned shift) { return static_cast<Strength>(bits >> shift & 3); }

bool RaceDetector::knows(const Observer &by, uint32_t thread, uint32_t time) const {
  if (time <= by.start || thread == by.thread)
    return true;
  if (by.inBlock(thread) && time <= by.blockBase)
    return true;
  if (thread / 32 == by.thread / 32 && time <= by.warpBase)
    return true;
  // Every block of a launch has equally many warps.
  return by.extras && by.extras->covers(thread / 32 / by.warps, thread, time);
}

bool RaceDetector::morallyStrong(const Observer &by, Strength mine, uint32_t thread, Strength theirs) const {
  if (mine == Strength::Plain || theirs == Strength::Plain)
    return false;
  return (mine == Strength::Device && theirs == Strength::Device) || by.inBlock(thread);
}

bool RaceDetector::writeIsOrdered(const Cell &cell, const Observer &by, uint32_t bytes, Strength strength) {
  uint32_t thread = cell.writer & Cell::threadMask;
  if (!(cell.writer >> 28 & bytes) || knows(by, thread, cell.writeTime) ||
      morallyStrong(by, strength, thread, strengthIn(cell.writer, 26)))
    return true;
  found = {thread, true};
  return false;
}

/// Readers of the warps in the mask `warps` of one block. They count as known when all their lanes are.
bool RaceDetector::blockReadsAreKnown(const Observer &by, uint32_t firstWarp, uint32_t warps, uint32_t time,
                                      uint32_t &witness) const {
  if (firstWarp == by.firstWarp && time <= by.blockBase)
    return true;
  for (uint32_t warp = firstWarp; warps; ++warp, warps >>= 1) {
    if (!(warps & 1) || (warp == by.thread / 32 && time <= by.warpBase))
      continue;
    for (uint32_t lane = 0; lane < 32; ++lane) {
      witness = warp * 32 + lane;
      if (!knows(by, witness, time))
        return false;
    }
  }
  return true;
}

bool RaceDetector::readsAreKnown(const Cell &cell, const Observer &by, uint32_t &witness) const {
  uint32_t id = cell.reader & idMask;
  switch (cell.reader >> 22 & 3) {
  case Lanes:
    if (id / by.warps == by.block && cell.readTime <= by.blockBase)
      return true;
    for (uint32_t lane = 0; lane < 32; ++lane) {
      witness = id * 32 + lane;
      if ((cell.readers >> lane & 1) && !knows(by, witness, cell.readTime))
        return false;
    }
    return true;
  case Warps:
    return blockReadsAreKnown(by, id * by.warps, cell.readers, cell.readTime, witness);
  default:
    for (auto [warp, time] : *sets[id]) {
      witness = warp * 32;
      if (!blockReadsAreKnown(by, warp, 1, time, witness))
        return false;
    }
    return true;
  }
}

bool RaceDetector::readsAreOrdered(const Cell &cell, const Observer &by, uint32_t bytes, Strength strength) {
  uint32_t witness = 0;
  if (!(cell.reader >> 28 & bytes) || readsAreKnown(cell, by, witness) ||
      morallyStrong(by, strength, witness, strengthIn(cell.reader, 24)))
    return true;
  found = {witness, false};
  return false;
}

uint32_t RaceDetector::setOf(ReaderSet set) {
  auto [place, fresh] = setIds.emplace(std::move(set), sets.size());
  if (fresh)
    sets.push_back(&place->first);
  return place->second;
}

uint32_t RaceDetector::setWith(uint32_t id, uint32_t warp, uint32_t time) {
  Addition &known = additions[(id * 31 + warp * 7 + time) % additions.size()];
  if (known.id == id && known.warp == warp && known.time == time)
    return known.result;
  ReaderSet set = *sets[id];
  uint32_t &newest = set[warp];
  newest = std::max(newest, time);
  known = {id, warp, time, setOf(std::move(set))};
  return known.result;
}

void RaceDetector::recordRead(Cell &cell, const Observer &by, uint32_t bytes, Strength strength) {
  uint32_t warp = by.thread / 32, lane = by.thread & 31, witness = 0;
  // A cell has no room for who read which bytes: of different ones those of the larger read stay, or of the last.
  uint32_t oldBytes = cell.readTime > by.start ? cell.reader >> 28 : 0;
  if (oldBytes && oldBytes != bytes) {
    if (__builtin_popcount(oldBytes) > __builtin_popcount(bytes))
      return;
    oldBytes = cell.readTime = 0;
  }
  auto replace = [&](uint32_t id, ReaderKind kind, uint32_t mask) {
    Strength weakest = oldBytes ? std::min(strength, strengthIn(cell.reader, 24)) : strength;
    cell.reader = readerOf(id, kind, bytes, weakest);
    cell.readers = mask;
    cell.readTime = std::max(cell.readTime, by.time);
  };
  // A set only grows until the next write: what its members read is still to be known by who writes.
  if (cell.readTime > by.start && (cell.reader >> 22 & 3) == Set)
    return replace(setWith(cell.reader & idMask, warp, by.time), Set, 0);
  if (cell.readTime <= by.start || readsAreKnown(cell, by, witness)) {
    cell.readTime = 0;
    return replace(warp, Lanes, 1u << lane);
  }
  uint32_t id = cell.reader & idMask, kind = cell.reader >> 22 & 3;
  if (kind == Lanes && id == warp)
    return replace(warp, Lanes, cell.readers | 1u << lane);
  uint32_t bit = 1u << (warp - by.firstWarp);
  if (kind == Lanes && id / by.warps == by.block)
    return replace(by.block, Warps, 1u << (id - by.firstWarp) | bit);
  if (kind == Warps && id == by.block) {
    if (!(cell.readers & bit) || cell.readTime < by.time)
      replace(by.block, Warps, cell.readers | bit);
    return;
  }
  ReaderSet set;
  if (kind == Lanes) {
    set[id] = cell.readTime;
  } else {
    for (uint32_t i = 0; i < by.warps; ++i)
      if (cell.readers >> i & 1)
        set[id * by.warps + i] = cell.readTime;
  }
  uint32_t &time = set[warp];
  time = std::max(time, by.time);
  replace(setOf(std::move(set)), Set, 0);
}

} // namespace softgpu
