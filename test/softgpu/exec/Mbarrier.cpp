//===- Mbarrier.cpp - barriers that are objects in shared memory ----------===//
//
// mbarrier, and cp.async.mbarrier.arrive. What the object's 64 bits mean is nobody's business but this file's: how many
// arrivals its phase still waits for, how many each phase expects, and the number of the phase.
//
//===----------------------------------------------------------------------===//

#include "Access.h"
#include "AsyncCopy.h"
#include "Lanes.h"

namespace softgpu {
namespace {

constexpr uint64_t mostArrivals = (1 << 20) - 1; // as the ISA document says

struct State {
  uint64_t pending, expected, phase;

  static State of(uint64_t word) { return {word & mostArrivals, word >> 20 & mostArrivals, word >> 40}; }
  uint64_t word() const { return pending | expected << 20 | phase << 40; }
};

/// Instruction::flags; slots: the result, the address, a count or a state.
enum Flags : uint16_t {
  WideAddress = 1,
  Generic = 2,
  NoComplete = 4,
  Drops = 8,
  Parity = 16,
  NoIncrement = 32,
  Relaxed = 64
};

/// The object of a lane.
class Object {
public:
  Object(Warp &warp, const Instruction &i, uint32_t lane)
      : Object(warp, lane, i.flags & Generic ? Space::Generic : Space::Shared,
               i.immediate + (i.flags & WideAddress ? warp.lanes<uint64_t>(i.slots[1])[lane]
                                                    : warp.lanes<uint32_t>(i.slots[1])[lane])) {}
  Object(Warp &warp, uint32_t lane, Space space, uint64_t address)
      : warp(warp), lane(lane), memory(warp, space), target(memory.locate(lane, address, 8, "updates")) {
    if (target.space != Space::Shared)
      warp.fail(illegalAddress, "an mbarrier lies in shared memory", lane);
  }

  void init(uint64_t count) {
    if (count < 1 || count > mostArrivals)
      warp.fail(launchFailed, "an mbarrier for " + std::to_string(count) + " arrivals", lane);
    memory.checkWrite(lane, target, 8, Strength::Plain);
    store({count, count, 0});
  }
  void invalidate() { memory.checkWrite(lane, target, 8, Strength::Plain, Unwritten); }

  State load() {
    memory.checkRead(lane, target, 8, Strength::Block);
    uint64_t word;
    std::memcpy(&word, target.data(), 8);
    return State::of(word);
  }
  /// One more arrival in this phase.
  void expectOneMore() {
    State state = load();
    ++state.pending;
    update(state);
  }
  /// Counts arrivals; all that the thread did is released with them. Returns the state before.
  State arrive(uint64_t count, uint16_t flags) {
    State before = load(), after = before;
    if (count < 1 || count > before.pending || (flags & NoComplete && count == before.pending))
      warp.fail(launchFailed,
                std::to_string(count) + " arrivals at an mbarrier that waits for " + std::to_string(before.pending),
                lane);
    after.pending -= count;
    if (flags & Drops)
      after.expected -= count;
    if (after.pending == 0) {
      after.pending = after.expected;
      ++after.phase;
    }
    update(after);
    publish(warp, lane, place(), true, {Strength::Block, false, !(flags & Relaxed)}, true);
    return before;
  }
  void acquire(uint16_t flags) { observe(warp, lane, place(), true, {Strength::Block, !(flags & Relaxed), false}); }

  uint64_t place() const { return target.region->base + target.offset; }

private:
  void update(State state) {
    memory.checkWrite(lane, target, 8, Strength::Block);
    store(state);
  }
  void store(State state) {
    uint64_t word = state.word();
    std::memcpy(target.data(), &word, 8);
  }

  Warp &warp;
  uint32_t lane;
  Accessor memory;
  Target target;
};

void init(Warp &warp, const Instruction &i) {
  forEachActive(warp, [&](uint32_t l) { Object(warp, i, l).init(warp.lanes<uint32_t>(i.slots[2])[l]); });
}

void invalidate(Warp &warp, const Instruction &i) {
  forEachActive(warp, [&](uint32_t l) { Object(warp, i, l).invalidate(); });
}

void arrive(Warp &warp, const Instruction &i) {
  forEachActive(warp, [&](uint32_t l) {
    uint64_t count = i.slots[2].exists() ? warp.lanes<uint32_t>(i.slots[2])[l] : 1;
    State before = Object(warp, i, l).arrive(count, i.flags);
    if (i.slots[0].exists())
      warp.lanes<uint64_t>(i.slots[0])[l] = before.word();
  });
}

/// The copies arrive when somebody asks for the phase, so that whoever does not ask finds nothing written.
void arriveWithCopies(Warp &warp, const Instruction &i) {
  forEachActive(warp, [&](uint32_t l) {
    Object object(warp, i, l);
    if (!(i.flags & NoIncrement))
      object.expectOneMore();
    warp.block.copyArrivals.push_back({&warp, l, object.place(), takeCopies(warp, l)});
  });
}

void completeCopies(Block &block, uint64_t place) {
  std::vector<Block::CopyArrival> arrivals, others;
  for (Block::CopyArrival &arrival : block.copyArrivals)
    (arrival.place == place ? arrivals : others).push_back(std::move(arrival));
  block.copyArrivals = std::move(others);
  for (const Block::CopyArrival &arrival : arrivals) {
    landCopies(*arrival.warp, arrival.lane, arrival.copies);
    Object(*arrival.warp, arrival.lane, Space::Shared, place).arrive(1, 0);
  }
}

/// test_wait and try_wait: whether the phase of a state, or the one of a parity, is over.
void testWait(Warp &warp, const Instruction &i) {
  uint32_t over = 0;
  forEachActive(warp, [&](uint32_t l) {
    Object object(warp, i, l);
    completeCopies(warp.block, object.place());
    uint64_t phase = object.load().phase;
    bool isOver = i.flags & Parity ? (phase & 1) != (warp.lanes<uint32_t>(i.slots[2])[l] & 1)
                                   : phase != State::of(warp.lanes<uint64_t>(i.slots[2])[l]).phase;
    if (isOver)
      object.acquire(i.flags);
    over |= uint32_t(isOver) << l;
  });
  warp.setPredicate(i.slots[0], over);
  warp.hintSpin();
}

void pendingCount(Warp &warp, const Instruction &i) {
  const uint64_t *state = warp.lanes<uint64_t>(i.slots[1]);
  storeLanes<uint32_t>(warp, i.slots[0],
                       [=](unsigned l) { return static_cast<uint32_t>(State::of(state[l]).pending); });
}

constexpr ScalarType word = {TypeKind::Bits, 1, 64}, number = {TypeKind::Unsigned, 1, 32};

/// Takes the state space and the address.
void takeObject(Decoder &d, unsigned operand) {
  Space space = d.takeSpace().value_or(Space::Generic);
  if (space != Space::Shared && space != Space::Generic)
    d.fail("an mbarrier lies in shared memory");
  bool wide;
  d.address(d.operand(operand), 1, space, d.out.immediate, wide);
  d.out.flags |= (wide ? WideAddress : 0) | (space == Space::Generic ? Generic : 0);
}

bool finish(Decoder &d, size_t leastOperands, size_t mostOperands, Handler handler) {
  if (!d.take("b64"))
    d.fail("expected .b64");
  d.finish();
  if (d.operandCount() < leastOperands || d.operandCount() > mostOperands)
    d.fail("the operands do not fit");
  d.out.run = handler;
  return true;
}

/// Takes the semantics, of which there are `order` and .relaxed, and the scope of a block.
void takeOrder(Decoder &d, const char *order) {
  d.out.flags |= d.takeOneOf({order, "relaxed"}) == 1 ? Relaxed : 0;
  d.take("cta");
}

bool decodeArrive(Decoder &d, uint16_t flags) {
  d.out.flags = flags | (d.take("noComplete") ? NoComplete : 0);
  takeOrder(d, "release");
  takeObject(d, 1);
  d.out.slots[0] = d.destination(0, word);
  if (d.operandCount() == 3)
    d.out.slots[2] = d.source(2, number);
  return finish(d, d.out.flags & NoComplete ? 3 : 2, 3, arrive);
}

bool decodeWait(Decoder &d, bool tries) {
  if (tries && d.builder.module.target < 90)
    d.fail("only for sm_90 and newer");
  d.out.flags = d.take("parity") ? Parity : 0;
  takeOrder(d, "acquire");
  takeObject(d, 1);
  d.out.slots[0] = d.predicate(d.operand(0));
  d.out.slots[2] = d.source(2, d.out.flags & Parity ? number : word);
  return finish(d, 3, tries ? 4 : 3, testWait);
}

bool decodeMbarrier(Decoder &d) {
  switch (d.takeOneOf({"init", "inval", "arrive", "arrive_drop", "test_wait", "try_wait", "pending_count"})) {
  case 0:
    takeObject(d, 0);
    d.out.slots[2] = d.source(1, number);
    return finish(d, 2, 2, init);
  case 1:
    takeObject(d, 0);
    return finish(d, 1, 1, invalidate);
  case 2:
    return decodeArrive(d, 0);
  case 3:
    return decodeArrive(d, Drops);
  case 4:
    return decodeWait(d, false);
  case 5:
    return decodeWait(d, true);
  case 6:
    d.out.slots[0] = d.destination(0, number);
    d.out.slots[1] = d.source(1, word);
    return finish(d, 2, 2, pendingCount);
  default:
    d.fail("no such operation of an mbarrier");
  }
}

} // namespace

/// cp.async.mbarrier.arrive, whose first modifiers are taken.
bool decodeCopyArrival(Decoder &d) {
  if (!d.take("arrive"))
    d.fail("expected .arrive");
  d.out.flags = d.take("noinc") ? NoIncrement : 0;
  takeObject(d, 0);
  return finish(d, 1, 1, arriveWithCopies);
}

void addMbarrierDecoders(DecoderTable &table) { table.add("mbarrier", decodeMbarrier); }

} // namespace softgpu
