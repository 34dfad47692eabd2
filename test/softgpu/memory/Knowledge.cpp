//===- Knowledge.cpp - a sparse vector clock ------------------------------===//

#include "Knowledge.h"

namespace softgpu {

void Knowledge::raise(std::map<uint32_t, uint32_t> &map, uint32_t key, uint32_t time) {
  uint32_t &known = map[key];
  if (known < time)
    known = time;
}

uint32_t Knowledge::at(const std::map<uint32_t, uint32_t> &map, uint32_t key) {
  auto found = map.find(key);
  return found == map.end() ? 0 : found->second;
}

void Knowledge::join(const Knowledge &other) {
  for (auto [thread, time] : other.threads)
    raise(threads, thread, time);
  for (auto [warp, time] : other.warps)
    raise(warps, warp, time);
  for (auto [block, time] : other.blocks)
    raise(blocks, block, time);
}

bool Knowledge::covers(uint32_t block, uint32_t thread, uint32_t time) const {
  return at(blocks, block) >= time || at(warps, thread / 32) >= time || at(threads, thread) >= time;
}

KnowledgePtr join(const KnowledgePtr &a, const KnowledgePtr &b) {
  if (!a || a == b)
    return b;
  if (!b)
    return a;
  auto both = std::make_shared<Knowledge>(*a);
  both->join(*b);
  return both;
}

} // namespace softgpu
