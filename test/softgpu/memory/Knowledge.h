//===- Knowledge.h - a sparse vector clock ----------------------*- C++ -*-===//
//
// What one thread knows that others have done. Times come from one counter that never runs backwards, so that a stamp
// of an earlier launch is always smaller than every stamp of this one. Threads are numbered through the launch with 32
// numbers a warp.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_MEMORY_KNOWLEDGE_H
#define SOFTGPU_MEMORY_KNOWLEDGE_H

#include <cstdint>
#include <map>
#include <memory>

namespace softgpu {

/// "Everything that this thread (all threads of this warp, of this block) did up to that time."
struct Knowledge {
  std::map<uint32_t, uint32_t> threads, warps, blocks;

  void join(const Knowledge &other);
  void addThread(uint32_t thread, uint32_t time) { raise(threads, thread, time); }
  void addWarp(uint32_t warp, uint32_t time) { raise(warps, warp, time); }
  void addBlock(uint32_t block, uint32_t time) { raise(blocks, block, time); }
  /// Whether it covers what `thread` of `block` did at `time`.
  bool covers(uint32_t block, uint32_t thread, uint32_t time) const;
  bool coversBlock(uint32_t block, uint32_t time) const { return at(blocks, block) >= time; }

private:
  static void raise(std::map<uint32_t, uint32_t> &map, uint32_t key, uint32_t time);
  static uint32_t at(const std::map<uint32_t, uint32_t> &map, uint32_t key);
};

using KnowledgePtr = std::shared_ptr<const Knowledge>;

/// The union; shares when one side is empty.
KnowledgePtr join(const KnowledgePtr &a, const KnowledgePtr &b);

} // namespace softgpu

#endif
