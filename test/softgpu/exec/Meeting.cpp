//===- Meeting.cpp - lanes that wait for each other -----------------------===//

#include "Warp.h"

namespace softgpu {

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

} // namespace softgpu
