//===- Warp.cpp - run the lanes of a warp ---------------------------------===//

#include "Warp.h"

#include "Grid.h"

#include <algorithm>

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

void Warp::exitLanes() {
  live &= ~active;
  for (uint32_t rest = active; rest; rest &= rest - 1)
    laneStates[__builtin_ctz(rest)].state = LaneState::Exited;
  group &= ~active;
  if (!group)
    limit = 0;
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
