//===- Call.cpp - calls of functions, and their frames --------------------===//

#include "Block.h"
#include "Warp.h"

#include <algorithm>
#include <cstring>

namespace softgpu {

void Warp::setFrame(uint32_t newFrame, uint32_t rows) {
  frame = newFrame;
  size_t needed = (size_t(frame) + rows) * warpSize;
  if (registers.size() < needed)
    registers.resize(needed);
  banks[Slot::Frame] = registers.data() + size_t(frame) * warpSize;
}

void Warp::growLocal(uint32_t lane, uint32_t bytes) {
  if (localData[lane].size() >= bytes)
    return;
  localData[lane].resize(bytes, 0xcd);
  localStates[lane].resize(bytes, Unwritten);
}

void Warp::transfer(const Transfer &item, uint32_t fromFrame, uint32_t fromLocal, uint32_t toFrame, uint32_t toLocal,
                    uint32_t mask) {
  auto rowIn = [&](Slot slot, uint32_t base) {
    return slot.bank() == Slot::Frame ? registers.data() + (size_t(base) + slot.row()) * warpSize : row(slot);
  };
  if (item.kind == Transfer::Predicate) {
    uint32_t &to = *rowIn(item.to, toFrame);
    to = (to & ~mask) | (*rowIn(item.from, fromFrame) & mask);
    return;
  }
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    uint32_t lane = __builtin_ctz(rest);
    uint8_t *data = localData[lane].data(), *states = localStates[lane].data();
    uint32_t to = toLocal + item.toOffset, from = fromLocal + item.fromOffset;
    switch (item.kind) {
    case Transfer::Bytes:
      std::memcpy(data + to, data + from, item.bytes);
      std::memcpy(states + to, states + from, item.bytes);
      break;
    case Transfer::RegisterToBytes: {
      const uint8_t *source = reinterpret_cast<uint8_t *>(rowIn(item.from, fromFrame));
      std::memcpy(data + to, source + lane * (item.bytes == 8 ? 8 : 4), item.bytes);
      std::memset(states + to, Written, item.bytes);
      break;
    }
    case Transfer::Register32:
      rowIn(item.to, toFrame)[lane] = rowIn(item.from, fromFrame)[lane];
      break;
    default:
      std::memcpy(rowIn(item.to, toFrame) + 2 * lane, rowIn(item.from, fromFrame) + 2 * lane, 8);
    }
  }
}

void Warp::call(const CallSite &site) {
  uint32_t mask = active, rest = group & ~active;
  park(rest, LaneState::Running, pc);
  const FunctionLayout &callee = program.functions[site.callee];
  const FunctionLayout *caller = nullptr;
  for (const FunctionLayout &layout : program.functions)
    if (layout.firstInstruction < pc && (!caller || layout.firstInstruction > caller->firstInstruction))
      caller = &layout;
  if (depth > 1000)
    fail(launchFailed, "calls nest deeper than 1000");
  uint32_t newFrame = frame + caller->rows, newLocal = local + caller->localBytes;
  uint32_t oldFrame = frame, oldLocal = local;
  setFrame(newFrame, callee.rows);
  for (uint32_t lanes = mask; lanes; lanes &= lanes - 1) {
    uint32_t lane = __builtin_ctz(lanes);
    growLocal(lane, newLocal + callee.localBytes);
    std::fill_n(localStates[lane].begin() + newLocal, callee.localBytes, Unwritten);
    stacks[lane].push_back({pc, oldFrame, oldLocal, &site});
    reinterpret_cast<uint64_t *>(banks[Slot::Frame])[lane] = newLocal;
  }
  for (const Transfer &item : site.arguments)
    transfer(item, oldFrame, oldLocal, newFrame, newLocal, mask);
  local = newLocal;
  ++depth;
  pc = callee.firstInstruction;
  limit = ~0u;
}

void Warp::leaveFunction() {
  if (depth == 0)
    return exitLanes();
  uint32_t leaving = active;
  uint32_t stay = group & ~active;
  park(stay, LaneState::Running, pc);
  for (uint32_t rest = leaving; rest; rest &= rest - 1) {
    uint32_t lane = __builtin_ctz(rest);
    Return back = stacks[lane].back();
    stacks[lane].pop_back();
    for (const Transfer &item : back.site->results)
      transfer(item, frame, local, back.frame, back.local, 1u << lane);
    laneStates[lane] = {LaneState::Running, back.pc, back.frame, back.local, depth - 1, 0};
  }
  group = 0;
  limit = 0;
}

} // namespace softgpu
