#include "Warp.h"

#include "Grid.h"

#include <algorithm>
#include <cstring>

namespace softgpu {

/// Instructions of a group before others get their turn.
static constexpr int turnLength = 20'000;

Warp::Warp(Block &block, uint32_t index, uint32_t lanes)
    : block(block), program(block.grid.program), index(index), exists(lanes), live(lanes) {
  const FunctionLayout &entry = program.functions[0];
  specials.resize(static_cast<size_t>(Special::Count) * warpSize);
  registers.assign(size_t(entry.rows) * warpSize, 0);
  banks[Slot::Pool] = const_cast<uint32_t *>(program.pool.data());
  banks[Slot::Specials] = specials.data();
  setFrame(0, entry.rows);

  auto set = [&](Special special, uint32_t lane, uint32_t value) {
    specials[static_cast<size_t>(special) * warpSize + lane] = value;
  };
  const LaunchConfig &config = block.grid.config;
  for (uint32_t lane = 0; lane < warpSize; ++lane) {
    uint32_t thread = index * warpSize + lane;
    set(Special::TidX, lane, thread % config.block[0]);
    set(Special::TidY, lane, thread / config.block[0] % config.block[1]);
    set(Special::TidZ, lane, thread / config.block[0] / config.block[1]);
    for (unsigned i = 0; i < 3; ++i) {
      auto along = [i](Special first) { return static_cast<Special>(static_cast<unsigned>(first) + i); };
      set(along(Special::NtidX), lane, config.block[i]);
      set(along(Special::CtaidX), lane, block.coordinates[i]);
      set(along(Special::NctaidX), lane, config.grid[i]);
    }
    set(Special::LaneId, lane, lane);
    set(Special::WarpId, lane, index);
    set(Special::NWarpId, lane, block.grid.warpsPerBlock);
    set(Special::NSmId, lane, 108);
    set(Special::SmId, lane, block.index % 108);
    set(Special::LaneMaskEq, lane, 1u << lane);
    set(Special::LaneMaskLt, lane, (1u << lane) - 1);
    set(Special::LaneMaskLe, lane, (2u << lane) - 1);
    set(Special::LaneMaskGe, lane, ~((1u << lane) - 1));
    set(Special::LaneMaskGt, lane, ~((2u << lane) - 1));
    set(Special::DynamicSmemSize, lane, config.dynamicSharedBytes);
    set(Special::TotalSmemSize, lane, config.dynamicSharedBytes + program.staticSharedBytes);
    if (!(lanes >> lane & 1))
      continue;
    laneStates[lane].state = LaneState::Running;
    laneStates[lane].pc = entry.firstInstruction;
    growLocal(lane, entry.localBytes);
  }
}

// Running.

void Warp::run() {
  turn = turnLength;
  spins = 0;
  if (group == 0)
    limit = 0;
  const Instruction *code = program.code.data();
  ExecutionCounters &counters = block.grid.machine.counters;
  int64_t spent = 0;
  while (true) {
    if (pc >= limit || turn <= 0 || group == 0) {
      block.grid.budget -= spent;
      spent = 0;
      if (block.grid.budget < 0) {
        active = group ? group : live;
        fail(launchTimeout, "the launch has used up its instructions: an endless loop?");
      }
      bool turnOver = turn <= 0;
      if (!schedule(turnOver) || turnOver)
        return;
    }
    const Instruction &instruction = code[pc++];
    --turn;
    ++spent;
    active = group;
    if (instruction.guard.exists()) {
      uint32_t mask = predicate(instruction.guard);
      active &= instruction.guardNegated ? ~mask : mask;
      if (!active)
        continue;
    }
    counters.instructions += __builtin_popcount(active);
    instruction.run(*this, instruction);
  }
}

void Warp::saveGroup() {
  for (uint32_t rest = group; rest; rest &= rest - 1) {
    Lane &lane = laneStates[__builtin_ctz(rest)];
    lane.pc = pc;
    lane.frame = frame;
    lane.local = local;
    lane.depth = depth;
  }
}

/// Picks the group to run: the deepest in calls, and of those the furthest behind. With `rotate` another than the
/// current one if there is one, so that lanes which wait for other lanes do not keep these from running. False when
/// none can run.
bool Warp::schedule(bool rotate) {
  saveGroup();
  uint32_t running = stateMask(LaneState::Running);
  uint32_t previous = group;
  group = 0;
  ready = running != 0;
  if (!running) {
    if (live && !arrived)
      failStuck();
    return false;
  }
  bool forced = rotate && (running & ~previous);
  uint32_t candidates = forced ? running & ~previous : running;
  const Lane *best = nullptr;
  for (uint32_t rest = candidates; rest; rest &= rest - 1) {
    const Lane &lane = laneStates[__builtin_ctz(rest)];
    if (!best || lane.depth > best->depth || (lane.depth == best->depth && lane.pc < best->pc))
      best = &lane;
  }
  limit = ~0u;
  for (uint32_t rest = running; rest; rest &= rest - 1) {
    uint32_t l = __builtin_ctz(rest);
    const Lane &lane = laneStates[l];
    if (lane.sameContext(*best))
      group |= 1u << l;
    else if (lane.depth == best->depth && !forced)
      limit = std::min(limit, lane.pc);
  }
  // Two groups at one place in different frames: the second waits for its turn.
  if (limit <= best->pc)
    limit = ~0u;
  pc = best->pc;
  local = best->local;
  depth = best->depth;
  frame = best->frame;
  banks[Slot::Frame] = registers.data() + size_t(frame) * warpSize;
  return true;
}

uint32_t Warp::stateMask(LaneState state) const {
  uint32_t mask = 0;
  for (uint32_t lane = 0; lane < warpSize; ++lane)
    mask |= uint32_t(laneStates[lane].state == state) << lane;
  return mask & exists;
}

void Warp::park(uint32_t lanes, LaneState state, uint32_t atPc) {
  for (uint32_t rest = lanes; rest; rest &= rest - 1) {
    Lane &lane = laneStates[__builtin_ctz(rest)];
    lane = {state, atPc, frame, local, depth, lane.members};
  }
  group &= ~lanes;
}

void Warp::hintSpin() {
  if (++spins == spinLimit)
    turn = 0;
}

// Control.

void Warp::branch(uint32_t target) {
  if (active == group) {
    pc = target;
    return;
  }
  // The group splits; whoever is further behind runs on.
  uint32_t taken = active, other = std::max(target, pc);
  if (target > pc) {
    park(taken, LaneState::Running, target);
  } else {
    uint32_t rest = group & ~taken;
    park(rest, LaneState::Running, pc);
    pc = target;
  }
  if (other > pc)
    limit = std::min(limit, other);
}

void Warp::branchByLane(const uint32_t *targets) {
  uint32_t taken = active, stay = group & ~active, next = pc;
  for (uint32_t rest = taken; rest; rest &= rest - 1) {
    uint32_t lane = __builtin_ctz(rest);
    park(1u << lane, LaneState::Running, targets[lane]);
  }
  park(stay, LaneState::Running, next);
  limit = 0;
}

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
    std::memset(localStates[lane].data() + newLocal, Unwritten, callee.localBytes);
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

void Warp::exitLanes() {
  live &= ~active;
  for (uint32_t rest = active; rest; rest &= rest - 1)
    laneStates[__builtin_ctz(rest)].state = LaneState::Exited;
  group &= ~active;
  if (!group)
    limit = 0;
}

void Warp::waitAtBarrier() {
  park(active, LaneState::AtBarrier, pc);
  if (!group)
    limit = 0;
}

void Warp::releaseBarrier() {
  for (Lane &lane : laneStates)
    if (lane.state == LaneState::AtBarrier)
      lane.state = LaneState::Running;
  arrived = false;
  ready = true;
}

bool Warp::allWaitTogether(bool atOnePlace) const {
  if (stateMask(LaneState::AtBarrier) != exists)
    return false;
  const Lane &first = laneStates[__builtin_ctz(exists)];
  for (uint32_t rest = exists; atOnePlace && rest; rest &= rest - 1)
    if (!laneStates[__builtin_ctz(rest)].sameContext(first))
      return false;
  return true;
}

bool Warp::meet(uint32_t members) {
  if ((members & active) != active)
    fail(illegalInstruction, "a lane executes a warp-synchronous instruction without being in its member mask",
         __builtin_ctz(active & ~members));
  members &= exists;
  if (members & ~live)
    fail(illegalInstruction,
         "the member mask names " + nameOfLane(__builtin_ctz(members & ~live)) + ", which has exited",
         __builtin_ctz(active));
  if (members == active)
    return true;
  Lane here = {LaneState::AtWarpSync, pc - 1, frame, local, depth, members};
  uint32_t waiting = 0;
  for (uint32_t rest = members & ~active; rest; rest &= rest - 1) {
    uint32_t l = __builtin_ctz(rest);
    const Lane &lane = laneStates[l];
    if (lane.state == LaneState::AtWarpSync && lane.sameContext(here) && lane.members == members)
      waiting |= 1u << l;
  }
  if ((active | waiting) == members) {
    for (uint32_t rest = waiting; rest; rest &= rest - 1)
      laneStates[__builtin_ctz(rest)].state = LaneState::Running;
    group |= waiting;
    active = members;
    return true;
  }
  for (uint32_t rest = active; rest; rest &= rest - 1)
    laneStates[__builtin_ctz(rest)].members = members;
  park(active, LaneState::AtWarpSync, pc - 1);
  if (!group)
    limit = 0;
  return false;
}

void Warp::deliverVotes(uint32_t count, bool all, bool any) {
  for (uint32_t lane = 0; lane < warpSize; ++lane) {
    const auto &[vote, result] = reductions[lane];
    if (vote == Vote::None || !result.exists())
      continue;
    // The lanes may wait in different frames, none of which need be the current one.
    uint32_t *to = registers.data() + (size_t(laneStates[lane].frame) + result.row()) * warpSize;
    uint32_t holds = (vote == Vote::All ? all : any) ? 1u << lane : 0;
    if (vote == Vote::Count)
      to[lane] = count;
    else
      *to = (*to & ~(1u << lane)) | holds;
  }
}

uint64_t Warp::instructionCount() const { return block.grid.machine.counters.instructions; }
void Warp::countApproximate() { block.grid.machine.counters.approximate += __builtin_popcount(active); }
void Warp::countContracted() { block.grid.machine.counters.contracted += __builtin_popcount(active); }

// Messages.

std::string Warp::nameOfLane(uint32_t lane) const {
  auto at = [&](Special first, unsigned i) {
    return std::to_string(specials[(static_cast<size_t>(first) + i) * warpSize + lane]);
  };
  return "thread (" + at(Special::TidX, 0) + "," + at(Special::TidX, 1) + "," + at(Special::TidX, 2) + ") of block (" +
         at(Special::CtaidX, 0) + "," + at(Special::CtaidX, 1) + "," + at(Special::CtaidX, 2) + ")";
}

void Warp::fail(int result, const std::string &message, uint32_t lane) const {
  uint32_t line = pc > 0 ? program.code[pc - 1].line : 0;
  throw LaunchFailure(result, "kernel " + program.entry->name + ", PTX line " + std::to_string(line) + ", " +
                                  nameOfLane(lane) + ": " + message);
}

void Warp::fail(int result, const std::string &message) const {
  fail(result, message, active ? __builtin_ctz(active) : 0);
}

/// No lane can go on, and they do not all wait at one barrier.
void Warp::failStuck() const {
  std::string places;
  for (uint32_t lane = 0; lane < warpSize; ++lane) {
    const Lane &state = laneStates[lane];
    if (state.state != LaneState::AtBarrier && state.state != LaneState::AtWarpSync)
      continue;
    bool atSync = state.state == LaneState::AtWarpSync;
    uint32_t line = program.code[atSync ? state.pc : state.pc - 1].line;
    places += "\n  " + nameOfLane(lane) + " waits at PTX line " + std::to_string(line) +
              (atSync ? " for the lanes of its member mask" : " at a barrier");
  }
  throw LaunchFailure(launchFailed, "kernel " + program.entry->name +
                                        ": divergent barrier: the lanes of a warp wait at different places, or some " +
                                        "have exited" + places);
}

} // namespace softgpu
