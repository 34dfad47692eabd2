//===- WarpOperations.cpp - exchange between lanes ------------------------===//
//
// shfl.sync, vote.sync, match.sync, redux.sync, activemask, elect.sync.
//
//===----------------------------------------------------------------------===//

#include "Select.h"

namespace softgpu {
namespace {

uint32_t membersIn(const Warp &warp, Slot slot) { return warp.lanes<uint32_t>(slot)[__builtin_ctz(warp.active)]; }

enum ShuffleMode { Up, Down, Butterfly, Index };

/// slots: d, p, a, b, c, members
void shuffle(Warp &warp, const Instruction &i) {
  if (!warp.meet(membersIn(warp, i.slots[5])))
    return;
  const uint32_t *a = warp.lanes<uint32_t>(i.slots[2]), *b = warp.lanes<uint32_t>(i.slots[3]),
                 *c = warp.lanes<uint32_t>(i.slots[4]);
  uint32_t values[warpSize], inRange = 0;
  forEachActive(warp, [&](uint32_t lane) {
    uint32_t offset = b[lane] & 31, clamp = c[lane] & 31, segment = c[lane] >> 8 & 31;
    int maximum = (lane & segment) | (clamp & ~segment), minimum = lane & segment, from = 0;
    bool inside = false;
    switch (i.flags) {
    case Up:
      from = int(lane) - int(offset), inside = from >= maximum;
      break;
    case Down:
      from = lane + offset, inside = from <= maximum;
      break;
    case Butterfly:
      from = lane ^ offset, inside = from <= maximum;
      break;
    default:
      from = minimum | (offset & ~segment), inside = from <= maximum;
    }
    if (!inside)
      from = lane;
    if (!(warp.active >> from & 1))
      warp.fail(illegalInstruction,
                "shfl.sync reads lane " + std::to_string(from) + ", which is not in the member mask", lane);
    values[lane] = a[from];
    inRange |= uint32_t(inside) << lane;
  });
  if (i.slots[0].exists())
    forEachActive(warp, [&](uint32_t lane) { warp.lanes<uint32_t>(i.slots[0])[lane] = values[lane]; });
  warp.setPredicate(i.slots[1], inRange);
}

bool decodeShuffle(Decoder &d) {
  if (!d.take("sync"))
    d.fail("expected .sync");
  int mode = d.takeOneOf({"up", "down", "bfly", "idx"});
  ScalarType type = d.takeType();
  d.finish(5);
  if (mode < 0 || type.bits != 32)
    d.fail("expected .up, .down, .bfly or .idx, and .b32");
  const Operand &to = d.operand(0);
  d.out.slots[0] = d.destination(to.kind == Operand::Pair ? to.parts[0] : to, type);
  if (to.kind == Operand::Pair && to.parts[1].kind != Operand::Sink)
    d.out.slots[1] = d.predicate(to.parts[1]);
  for (unsigned s = 1; s < 5; ++s)
    d.out.slots[s + 1] = d.source(s, {TypeKind::Bits, 1, 32});
  d.out.flags = mode;
  d.out.run = shuffle;
  return true;
}

/// slots: d, a, members. flags: 0 all, 1 any, 2 uni, 3 ballot; +4: !a.
void vote(Warp &warp, const Instruction &i) {
  if (!warp.meet(membersIn(warp, i.slots[2])))
    return;
  uint32_t holds = warp.predicate(i.slots[1]);
  if (i.flags & 4)
    holds = ~holds;
  holds &= warp.active;
  bool all = holds == warp.active, any = holds != 0;
  if ((i.flags & 3) == 3)
    storeLanes<uint32_t>(warp, i.slots[0], [=](unsigned) { return holds; });
  else
    warp.setPredicate(i.slots[0], ((i.flags & 3) == 0 ? all : (i.flags & 3) == 1 ? any : all || !any) ? ~0u : 0);
}

bool decodeVote(Decoder &d) {
  if (!d.take("sync"))
    d.fail("expected .sync");
  int mode = d.takeOneOf({"all", "any", "uni", "ballot"});
  ScalarType type = d.takeType();
  d.finish(3);
  if (mode < 0 || type.isPredicate() == (mode == 3))
    d.fail("expected .all.pred, .any.pred, .uni.pred or .ballot.b32");
  d.out.slots[0] = d.destination(0, type);
  d.out.slots[1] = d.predicate(d.operand(1));
  d.out.slots[2] = d.source(2, {TypeKind::Bits, 1, 32});
  d.out.flags = mode | (d.operand(1).negated ? 4 : 0);
  return install(d, vote);
}

/// slots: d, p, a, members. flags: 1 all.
template <typename T> void match(Warp &warp, const Instruction &i) {
  if (!warp.meet(membersIn(warp, i.slots[3])))
    return;
  const T *a = warp.lanes<T>(i.slots[2]);
  uint32_t masks[warpSize] = {};
  bool all = true;
  forEachActive(warp, [&](uint32_t lane) {
    forEachActive(warp, [&](uint32_t other) { masks[lane] |= uint32_t(a[other] == a[lane]) << other; });
    all &= masks[lane] == warp.active;
  });
  uint32_t *to = warp.lanes<uint32_t>(i.slots[0]);
  forEachActive(warp, [&](uint32_t lane) { to[lane] = !i.flags ? masks[lane] : all ? warp.active : 0; });
  warp.setPredicate(i.slots[1], all ? ~0u : 0);
}

bool decodeMatch(Decoder &d) {
  int mode = d.takeOneOf({"any", "all"});
  if (!d.take("sync") || mode < 0)
    d.fail("expected .any or .all, and .sync");
  ScalarType type = d.takeType();
  d.finish(3);
  const Operand &to = d.operand(0);
  d.out.slots[0] = d.destination(to.kind == Operand::Pair ? to.parts[0] : to, {TypeKind::Bits, 1, 32});
  if (to.kind == Operand::Pair)
    d.out.slots[1] = d.predicate(to.parts[1]);
  d.out.slots[2] = d.source(1, type);
  d.out.slots[3] = d.source(2, {TypeKind::Bits, 1, 32});
  d.out.flags = mode;
  return install(d, type.bits == 64 ? Handler(match<uint64_t>) : match<uint32_t>);
}

enum Reduction { RAdd, RMin, RMax, RAnd, ROr, RXor };

/// slots: d, a, members. flags: Reduction, +8: signed.
void reduce(Warp &warp, const Instruction &i) {
  if (!warp.meet(membersIn(warp, i.slots[2])))
    return;
  const uint32_t *a = warp.lanes<uint32_t>(i.slots[1]);
  bool first = true, isSigned = i.flags & 8;
  uint32_t result = 0;
  forEachActive(warp, [&](uint32_t lane) {
    uint32_t value = a[lane];
    bool less = isSigned ? int32_t(value) < int32_t(result) : value < result;
    if (first)
      result = value;
    else
      switch (i.flags & 7) {
      case RAdd:
        result += value;
        break;
      case RMin:
        result = less ? value : result;
        break;
      case RMax:
        result = less ? result : value;
        break;
      case RAnd:
        result &= value;
        break;
      case ROr:
        result |= value;
        break;
      default:
        result ^= value;
      }
    first = false;
  });
  storeLanes<uint32_t>(warp, i.slots[0], [=](unsigned) { return result; });
}

bool decodeReduce(Decoder &d) {
  if (!d.take("sync"))
    d.fail("expected .sync");
  int op = d.takeOneOf({"add", "min", "max", "and", "or", "xor"});
  ScalarType type = d.takeType();
  d.finish(3);
  if (op < 0 || type.bits != 32 || type.isFloat())
    d.fail("expected an operation, and a 32-bit integer type");
  d.out.slots[0] = d.destination(0, type);
  d.out.slots[1] = d.source(1, type);
  d.out.slots[2] = d.source(2, {TypeKind::Bits, 1, 32});
  d.out.flags = op | (type.isSigned() ? 8 : 0);
  return install(d, reduce);
}

bool decodeActiveMask(Decoder &d) {
  ScalarType type = d.takeType();
  d.finish(1);
  d.out.slots[0] = d.destination(0, type);
  return install(d, [](Warp &warp, const Instruction &i) {
    uint32_t lanes = warp.active;
    storeLanes<uint32_t>(warp, i.slots[0], [=](unsigned) { return lanes; });
  });
}

/// elect.sync d|p, members: the lowest lane is elected.
bool decodeElect(Decoder &d) {
  if (!d.take("sync"))
    d.fail("expected .sync");
  d.finish(2);
  const Operand &to = d.operand(0);
  if (to.kind != Operand::Pair)
    d.fail("expected d|p");
  d.out.slots[0] = d.destination(to.parts[0], {TypeKind::Bits, 1, 32});
  d.out.slots[1] = d.predicate(to.parts[1]);
  d.out.slots[2] = d.source(1, {TypeKind::Bits, 1, 32});
  d.out.run = [](Warp &warp, const Instruction &i) {
    if (!warp.meet(membersIn(warp, i.slots[2])))
      return;
    uint32_t leader = __builtin_ctz(warp.active);
    if (i.slots[0].exists())
      storeLanes<uint32_t>(warp, i.slots[0], [=](unsigned) { return leader; });
    warp.setPredicate(i.slots[1], 1u << leader);
  };
  return true;
}

} // namespace

void addWarpDecoders(DecoderTable &table) {
  table.add("shfl", decodeShuffle);
  table.add("vote", decodeVote);
  table.add("match", decodeMatch);
  table.add("redux", decodeReduce);
  table.add("activemask", decodeActiveMask);
  table.add("elect", decodeElect);
}

} // namespace softgpu
