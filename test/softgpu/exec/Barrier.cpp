//===- Barrier.cpp - barriers and fences ----------------------------------===//
//
// bar, barrier, bar.warp.sync, membar, fence.
//
//===----------------------------------------------------------------------===//

#include "Select.h"
#include "Synchronization.h"

namespace softgpu {
namespace {

enum Flags : uint16_t { Arrives = 1, Aligned = 2, VoteShift = 4, NegatedPredicate = 64 };

/// slots: result, id, threads, predicate.
void barrier(Warp &warp, const Instruction &i) {
  uint32_t lane = __builtin_ctz(warp.active);
  uint32_t id = warp.lanes<uint32_t>(i.slots[1])[lane];
  uint32_t threads = i.slots[2].exists() ? warp.lanes<uint32_t>(i.slots[2])[lane] : 0;
  bool wait = !(i.flags & Arrives);
  auto vote = static_cast<Warp::Vote>(i.flags >> VoteShift & 3);
  forEachActive(warp, [&](uint32_t l) { warp.reductions[l] = {vote, i.slots[0]}; });
  uint32_t votes = 0;
  if (vote != Warp::Vote::None) {
    votes = warp.predicate(i.slots[3]);
    if (i.flags & NegatedPredicate)
      votes = ~votes;
    votes &= warp.active;
  }
  warp.barrierPredicate = (warp.stateMask(LaneState::AtBarrier) ? warp.barrierPredicate : 0) | votes;
  warp.barrierId = id;
  warp.waitAtBarrier();
  // The warp counts once all its threads are here.
  if (!warp.allWaitTogether(i.flags & Aligned))
    return;
  warp.arrived = true;
  Barrier &state = warp.block.barriers[id & 15];
  state.votes += __builtin_popcount(warp.barrierPredicate);
  state.any |= warp.barrierPredicate != 0;
  state.all &= warp.barrierPredicate == warp.exists;
  warp.block.arrive(warp, id, threads, wait);
  if (!wait)
    warp.releaseBarrier();
}

bool decodeBarrier(Decoder &d) {
  d.take("cta");
  if (d.take("warp")) {
    if (!d.take("sync"))
      d.fail("expected .sync");
    d.finish(1);
    d.out.slots[0] = d.source(0, {TypeKind::Bits, 1, 32});
    d.out.run = [](Warp &warp, const Instruction &i) {
      uint32_t members = warp.lanes<uint32_t>(i.slots[0])[__builtin_ctz(warp.active)];
      if (warp.meet(members))
        synchronizeLanes(warp, warp.active);
    };
    return true;
  }
  bool isShort = d.statement.name == "bar"; // which is barrier.aligned
  bool aligned = d.take("aligned") || isShort;
  int kind = d.takeOneOf({"sync", "arrive", "red"});
  if (kind < 0)
    d.fail("expected .sync, .arrive or .red");
  d.out.flags = (kind == 1 ? Arrives : 0) | (aligned ? Aligned : 0);
  size_t first = 0;
  if (kind == 2) {
    int vote = d.takeOneOf({"popc", "and", "or"});
    ScalarType type = d.takeType();
    if (vote < 0 || type.isPredicate() == (vote == 0))
      d.fail("expected .popc.u32, .and.pred or .or.pred");
    d.out.flags |= (vote + 1) << VoteShift;
    d.out.slots[0] = d.destination(0, type);
    const Operand &predicate = d.operand(d.operandCount() - 1);
    d.out.slots[3] = d.predicate(predicate);
    d.out.flags |= predicate.negated ? NegatedPredicate : 0;
    first = 1;
  }
  d.finish();
  size_t numbers = d.operandCount() - first - (kind == 2);
  if (numbers < 1 || numbers > 2 || (kind == 1 && numbers != 2))
    d.fail("the operands do not fit");
  d.out.slots[1] = d.source(first, {TypeKind::Unsigned, 1, 32});
  if (numbers == 2)
    d.out.slots[2] = d.source(first + 1, {TypeKind::Unsigned, 1, 32});
  d.out.run = barrier;
  return true;
}

bool decodeFence(Decoder &d) {
  if (d.statement.name == "membar") {
    int level = d.takeOneOf({"cta", "gl", "sys"});
    if (level < 0)
      d.fail("expected .cta, .gl or .sys");
    d.out.flags = level > 0;
  } else if (d.takePrefix("proxy")) {
    // Between proxies, of which there is one here.
    while (d.takePrefix("async") || d.takePrefix("alias") || d.takePrefix("tensormap") ||
           d.takeOneOf(
               {"acquire", "release", "global", "shared::cta", "shared::cluster", "cta", "cluster", "gpu", "sys"}) >= 0)
      ;
    d.finish();
    d.out.run = [](Warp &, const Instruction &) {};
    return true;
  } else {
    d.takeOneOf({"sc", "acq_rel", "acquire", "release"});
    int scope = d.takeOneOf({"cta", "cluster", "gpu", "sys"});
    if (scope < 0)
      d.fail("the scope is missing");
    d.out.flags = scope > 0;
  }
  d.finish(0);
  d.out.run = [](Warp &warp, const Instruction &i) { fence(warp, i.flags); };
  return true;
}

} // namespace

void addBarrierDecoders(DecoderTable &table) {
  table.add("bar", decodeBarrier);
  table.add("barrier", decodeBarrier);
  table.add("membar", decodeFence);
  table.add("fence", decodeFence);
}

} // namespace softgpu
