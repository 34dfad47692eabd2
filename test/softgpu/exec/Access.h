//===- Access.h - checked accesses to memory --------------------*- C++ -*-===//
//
// Every access of a thread to memory goes through here: where it is, whether it may be, whether somebody wrote what it
// reads, and whether another thread is there at the same time.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_EXEC_ACCESS_H
#define SOFTGPU_EXEC_ACCESS_H

#include "Synchronization.h"

namespace softgpu {

struct Target {
  Region *region = nullptr;
  uint64_t offset = 0; // within the region
  Space space = Space::Generic;
  uint8_t *data() const { return region->data + offset; }
};

class Accessor {
public:
  Accessor(Warp &warp, Space space) : warp(warp), space(space) {
    globalObserver = observerOf(warp, 0, false);
    if (space == Space::Shared || space == Space::Generic) {
      sharedObserver = globalObserver;
      sharedObserver.start = warp.block.start - 1;
    }
    firstThread = globalObserver.thread;
  }

  /// `address` is one of the state space.
  Target locate(uint32_t lane, uint64_t address, uint32_t bytes, const char *what);

  /// A read of what is there; checks that it was written. `bytes` is a multiple of `element`.
  void checkRead(uint32_t lane, const Target &target, uint32_t bytes, Strength strength) {
    if (!target.region->isWritten(target.offset, bytes))
      failUnwritten(lane, target, bytes);
    if (target.region->cells)
      trackRead(lane, target, bytes, strength);
  }
  /// A write; marks the bytes as written.
  void checkWrite(uint32_t lane, const Target &target, uint32_t bytes, Strength strength, ByteState state = Written) {
    if (target.region->readOnly)
      failReadOnly(lane, target);
    if (target.region->cells)
      trackWrite(lane, target, bytes, strength);
    target.region->mark(target.offset, bytes, state);
  }

private:
  Observer &observer(uint32_t lane, const Target &target) {
    Observer &result = target.space == Space::Shared ? sharedObserver : globalObserver;
    result.thread = firstThread + lane;
    result.time = warp.times[lane];
    result.extras = warp.extras[lane].get();
    return result;
  }
  void trackRead(uint32_t lane, const Target &target, uint32_t bytes, Strength strength);
  void trackWrite(uint32_t lane, const Target &target, uint32_t bytes, Strength strength);
  Target locateGlobal(uint32_t lane, uint64_t address, uint32_t bytes, const char *what);
  [[noreturn]] void failUnwritten(uint32_t lane, const Target &target, uint32_t bytes);
  [[noreturn]] void failReadOnly(uint32_t lane, const Target &target);
  [[noreturn]] void failOutside(uint32_t lane, Space space, uint64_t address, uint32_t bytes, const char *what);
  [[noreturn]] void failRace(uint32_t lane, const Target &target, uint32_t bytes, const char *what);

  Warp &warp;
  Space space;
  Observer globalObserver, sharedObserver;
  uint32_t firstThread;
  Region localRegion;
};

} // namespace softgpu

#endif
