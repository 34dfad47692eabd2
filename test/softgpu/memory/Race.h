//===- Race.h - find data races ---------------------------------*- C++ -*-===//
//
// Finds data races: two accesses to one word by two threads, one of them a write, that nothing orders.
//
// Every word of shared and global memory has a Cell: who wrote it last and when, and who has read it since. An access
// is held against the cell with what its thread knows of the others (Observer), and then recorded. Where several
// unordered threads read, the cell keeps lanes of one warp or warps of one block exactly, and beyond that a set.
// Of accesses to different bytes of a word the last write and the largest or last read are kept: such a race may be
// missed, none is invented.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_MEMORY_RACE_H
#define SOFTGPU_MEMORY_RACE_H

#include "Knowledge.h"

#include <algorithm>
#include <array>
#include <vector>

namespace softgpu {

/// The order that one access has: plain accesses race with every other, strong ones (volatile, relaxed, acquire,
/// release, atomic) not with each other as long as the scopes include both threads.
enum class Strength : uint8_t { Plain, Block, Device };

struct Cell {
  uint32_t writer = 0;    // thread | Strength | bytes
  uint32_t writeTime = 0; // 0: not written
  uint32_t reader = 0;    // id | kind | Strength | bytes
  uint32_t readers = 0;   // lanes or warps, by kind
  uint32_t readTime = 0;  // the newest; 0: not read

  static constexpr uint32_t threadMask = (1u << 26) - 1;
};

/// The thread that accesses, and what it knows of the threads of its own block and warp. `extras` is the rest.
struct Observer {
  uint32_t thread = 0;
  uint32_t time = 0;
  uint32_t block = 0;
  uint32_t firstWarp = 0, warps = 0; // of the block
  uint32_t start = 0;                // whatever happened up to then is ordered before everything here
  uint32_t blockBase = 0;            // all threads of the block up to then
  uint32_t warpBase = 0;             // all threads of the warp up to then
  const Knowledge *extras = nullptr;

  bool inBlock(uint32_t other) const { return other / 32 - firstWarp < warps; }
};

struct Conflict {
  uint32_t thread = 0; // one of the threads on the other side
  bool wrote = false;
};

class RaceDetector {
public:
  /// Checks and records a read of the bytes `bytes` (bit 0: the word's first) of a word. False on a race, which is then
  /// in `conflict`.
  bool read(Cell &cell, const Observer &by, uint32_t bytes, Strength strength) {
    if (cell.writeTime > by.start && (cell.writer & Cell::threadMask) != by.thread &&
        !writeIsOrdered(cell, by, bytes, strength))
      return false;
    // What nearly every read finds: others of the block read the word since their last barrier.
    if (cell.readTime == by.time) {
      if (cell.reader == readerOf(by.thread / 32, Lanes, bytes, strength)) {
        cell.readers |= 1u << (by.thread & 31);
        return true;
      }
      if (cell.reader == readerOf(by.block, Warps, bytes, strength)) {
        cell.readers |= 1u << (by.thread / 32 - by.firstWarp);
        return true;
      }
    }
    recordRead(cell, by, bytes, strength);
    return true;
  }

  bool write(Cell &cell, const Observer &by, uint32_t bytes, Strength strength) {
    if (cell.writeTime > by.start && (cell.writer & Cell::threadMask) != by.thread &&
        !writeIsOrdered(cell, by, bytes, strength))
      return false;
    if (cell.readTime > by.start && !readsAreOrdered(cell, by, bytes, strength))
      return false;
    cell.writer = by.thread | static_cast<uint32_t>(strength) << 26 | bytes << 28;
    cell.writeTime = by.time;
    cell.readTime = 0;
    return true;
  }

  const Conflict &conflict() const { return found; }
  uint32_t now() const { return counter; }
  uint32_t tick() { return ++counter; }
  /// Between launches: whatever was read is then in the past, and no cell is asked for its readers again.
  void forgetReaders() {
    setIds.clear();
    sets.clear();
    std::fill(additions.begin(), additions.end(), Addition());
  }

private:
  enum ReaderKind : uint32_t { Lanes = 0, Warps = 1, Set = 2 };
  static constexpr uint32_t idMask = (1u << 22) - 1;

  static uint32_t readerOf(uint32_t id, ReaderKind kind, uint32_t bytes, Strength strength) {
    return id | static_cast<uint32_t>(kind) << 22 | static_cast<uint32_t>(strength) << 24 | bytes << 28;
  }

  bool knows(const Observer &by, uint32_t thread, uint32_t time) const;
  bool morallyStrong(const Observer &by, Strength mine, uint32_t thread, Strength theirs) const;
  bool writeIsOrdered(const Cell &cell, const Observer &by, uint32_t bytes, Strength strength);
  bool readsAreOrdered(const Cell &cell, const Observer &by, uint32_t bytes, Strength strength);
  bool readsAreKnown(const Cell &cell, const Observer &by, uint32_t &witness) const;
  bool blockReadsAreKnown(const Observer &by, uint32_t firstWarp, uint32_t warps, uint32_t time,
                          uint32_t &witness) const;
  void recordRead(Cell &cell, const Observer &by, uint32_t bytes, Strength strength);

  /// Readers of several blocks: warp -> the newest time.
  using ReaderSet = std::map<uint32_t, uint32_t>;
  std::map<ReaderSet, uint32_t> setIds;
  std::vector<const ReaderSet *> sets;
  uint32_t setOf(ReaderSet set);
  /// The set `id` with a reader added. Neighbouring words mostly have the same readers, hence the memory of answers.
  uint32_t setWith(uint32_t id, uint32_t warp, uint32_t time);
  struct Addition {
    uint32_t id = ~0u, warp = 0, time = 0, result = 0;
  };
  std::array<Addition, 4096> additions;

  Conflict found;
  uint32_t counter = 0;
};

} // namespace softgpu

#endif
