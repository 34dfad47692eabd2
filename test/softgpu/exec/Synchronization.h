//===- Synchronization.h - who has seen what --------------------*- C++ -*-===//
//
// Fences, releases and acquires of single threads. Barriers are in Block.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_EXEC_SYNCHRONIZATION_H
#define SOFTGPU_EXEC_SYNCHRONIZATION_H

#include "Grid.h"

namespace softgpu {

/// How a memory operation or fence orders others.
struct Order {
  Strength strength = Strength::Plain;
  bool acquires = false, releases = false;
};

/// All that a thread has done and knows.
KnowledgePtr snapshot(const Warp &warp, uint32_t lane);

/// The thread as it looks at memory. `shared`: at the shared memory of its block.
Observer observerOf(const Warp &warp, uint32_t lane, bool shared);

/// fence and membar, by the active lanes.
void fence(Warp &warp, bool toDevice);

/// Called by a strong write of `lane` to an address: what it or an earlier fence releases goes there. `readsToo` (an
/// atomic) keeps what others have released there.
void publish(Warp &warp, uint32_t lane, uint64_t address, bool shared, Order order, bool readsToo);

/// Called by a strong read.
void observe(Warp &warp, uint32_t lane, uint64_t address, bool shared, Order order);

/// bar.warp.sync: the lanes see what the others of them did.
void synchronizeLanes(Warp &warp, uint32_t lanes);

} // namespace softgpu

#endif
