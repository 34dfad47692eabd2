//===- Block.h - a block of threads -----------------------------*- C++ -*-===//
//
// Its warps, shared memory and barriers.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_EXEC_BLOCK_H
#define SOFTGPU_EXEC_BLOCK_H

#include "../memory/Region.h"
#include "Warp.h"

#include <unordered_map>

namespace softgpu {

class Grid;

struct Barrier {
  uint32_t expectedWarps = 0; // 0: nobody is there
  uint32_t arrived = 0;       // warps
  uint32_t waiting = 0;       // warps, of those that arrived
  KnowledgePtr released;      // what they knew, where not all of the block meet
  uint32_t votes = 0;         // threads whose predicate holds, for barrier.red
  bool all = true, any = false;
};

/// What a thread hands over through one address: see Synchronization.cpp.
struct HandOver {
  KnowledgePtr device, withinBlock;
  uint32_t block = 0; // whose withinBlock is
};

class Block {
public:
  Block(Grid &grid, uint32_t index);

  /// Lets every warp have turns until all are done (true) or others should run first (false).
  bool run();
  /// A whole warp has come to barrier `id`. `wait`: it stays until all are there.
  void arrive(Warp &warp, uint32_t id, uint32_t threads, bool wait);

  Grid &grid;
  const uint32_t index;
  uint32_t coordinates[3];
  std::vector<std::unique_ptr<Warp>> warps;
  Region shared;
  uint32_t start = 0;     // the time at which it began
  uint32_t blockBase = 0; // all its threads know all its threads up to then
  Barrier barriers[16];
  std::unordered_map<uint64_t, HandOver> sharedHandOvers;

  /// Copies that arrive at an mbarrier.
  struct CopyArrival {
    Warp *warp;
    uint32_t lane;
    uint64_t place; // of the mbarrier
    std::vector<Warp::AsyncCopy> copies;
  };
  std::vector<CopyArrival> copyArrivals;

  /// Per thread: what a fence released, and what a relaxed read may acquire by a later fence. Made on the first fence.
  struct FenceState {
    KnowledgePtr released, pendingDevice, pendingBlock;
    bool releasedToDevice = false;
  };
  std::vector<FenceState> fences;
  FenceState &fenceOf(const Warp &warp, uint32_t lane);

private:
  void release(Warp &warp, Barrier &barrier);
  void complete(Barrier &barrier, bool wholeBlock);
  [[noreturn]] void failStuck() const;

  std::vector<uint8_t> sharedData, sharedStates;
  std::vector<Cell> sharedCells;
};

} // namespace softgpu

#endif
