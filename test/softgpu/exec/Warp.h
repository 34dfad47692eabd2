//===- Warp.h - 32 threads in step ------------------------------*- C++ -*-===//
//
// They run in step as long as they are at the same place. Lanes at the same instruction, in the same frame, form a
// group; the group that is furthest behind runs, so that lanes which went different ways meet again at the first
// instruction they share. Instructions are handlers on a whole group: `active` lists the lanes they are for. Warp.cpp
// schedules, Call.cpp has calls and frames, Meeting.cpp the waiting for each other.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_EXEC_WARP_H
#define SOFTGPU_EXEC_WARP_H

#include "../memory/Knowledge.h"
#include "Failure.h"
#include "Program.h"

#include <deque>

namespace softgpu {

class Block;
struct Region;

constexpr unsigned warpSize = 32;
/// Waiting loads before a warp gives up its turn.
constexpr uint32_t spinLimit = 16;

template <typename T> using LaneOf = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;

enum class LaneState : uint8_t { Running, AtBarrier, AtWarpSync, Exited };

class Warp {
public:
  Warp(Block &block, uint32_t index, uint32_t lanes);

  /// Runs until it waits, ends or has had its turn.
  void run();
  bool isDone() const { return live == 0; }
  bool isReady() const { return ready; }
  /// Whether its last turn ended because it waits for others in a loop.
  bool isSpinning() const { return spins >= spinLimit; }

  // Operands.
  uint32_t *row(Slot slot) const { return banks[slot.bank()] + size_t(slot.row()) * warpSize; }
  template <typename T> LaneOf<T> *lanes(Slot slot) const { return reinterpret_cast<LaneOf<T> *>(row(slot)); }
  uint32_t predicate(Slot slot) const { return *row(slot); }
  void setPredicate(Slot slot, uint32_t lanes) const {
    if (slot.exists())
      *row(slot) = (*row(slot) & ~active) | (lanes & active);
  }

  // Control, called by instructions.
  void branch(uint32_t target);
  void branchByLane(const uint32_t *targets);
  void call(const CallSite &site);
  void leaveFunction();
  void exitLanes();
  /// The active lanes wait at a barrier; `resume` is the next instruction.
  void waitAtBarrier();
  void releaseBarrier();
  /// Whether every thread of the warp waits at a barrier; with `atOnePlace` at the same instruction.
  bool allWaitTogether(bool atOnePlace) const;
  /// Lanes of a warp-synchronous instruction meet: true once all of `members` are there, which `active` then holds.
  bool meet(uint32_t members);
  /// Ends the turn soon: whoever waits for others in a loop must let them run.
  void hintSpin();
  uint64_t instructionCount() const;
  void countApproximate();
  void countContracted();
  /// Gives the result of a barrier.red to the lanes that wait for it.
  void deliverVotes(uint32_t count, bool all, bool any);
  [[noreturn]] void fail(int result, const std::string &message, uint32_t lane) const;
  [[noreturn]] void fail(int result, const std::string &message) const;
  std::string nameOfLane(uint32_t lane) const;

  Block &block;
  const Program &program;
  const uint32_t index;  // within the block
  const uint32_t exists; // lanes that are threads
  uint32_t live;         // lanes that have not exited
  uint32_t group = 0, active = 0;
  uint32_t pc = 0, frame = 0, local = 0, depth = 0; // of the running group

  // Memory.
  std::vector<uint8_t> localData[warpSize], localStates[warpSize];
  Region *lastGlobal = nullptr;
  struct AsyncCopy {
    uint64_t destination, source;
    uint32_t bytes, sourceBytes;
  };
  std::vector<AsyncCopy> openCopies[warpSize];             // not committed yet
  std::deque<std::vector<AsyncCopy>> copyGroups[warpSize]; // oldest first

  // Order.
  uint32_t warpBase = 0;
  uint32_t times[warpSize] = {};
  KnowledgePtr extras[warpSize];
  bool hasExtras = false;

  // Barriers.
  uint32_t barrierId = 0, barrierCount = 0, barrierPredicate = 0;
  bool arrived = false; // the warp counts at its barrier
  enum class Vote : uint8_t { None, Count, All, Any };
  /// Where a lane that waits at a barrier.red wants which result.
  struct {
    Vote vote = Vote::None;
    Slot result;
  } reductions[warpSize];
  uint32_t stateMask(LaneState state) const;

private:
  struct Lane {
    LaneState state = LaneState::Exited;
    uint32_t pc = 0, frame = 0, local = 0, depth = 0;
    uint32_t members = 0;
    bool sameContext(const Lane &other) const {
      return pc == other.pc && frame == other.frame && local == other.local && depth == other.depth;
    }
  };
  struct Return {
    uint32_t pc, frame, local;
    const CallSite *site;
  };

  bool schedule(bool rotate);
  void saveGroup();
  void park(uint32_t lanes, LaneState state, uint32_t atPc);
  void setFrame(uint32_t newFrame, uint32_t rows);
  void transfer(const Transfer &item, uint32_t fromFrame, uint32_t fromLocal, uint32_t toFrame, uint32_t toLocal,
                uint32_t mask);
  void growLocal(uint32_t lane, uint32_t bytes);
  [[noreturn]] void failStuck() const;

  uint32_t *banks[3];
  std::vector<uint32_t> registers;
  std::vector<uint32_t> specials;
  Lane laneStates[warpSize];
  std::vector<Return> stacks[warpSize];
  uint32_t limit = 0; // the group that runs is rescheduled here, to meet others
  bool ready = true;
  uint32_t spins = 0;
  int turn = 0;
};

/// Runs f for every active lane.
template <typename F> inline void forEachActive(const Warp &warp, F f) {
  for (uint32_t rest = warp.active; rest; rest &= rest - 1)
    f(static_cast<uint32_t>(__builtin_ctz(rest)));
}

} // namespace softgpu

#endif
