//===- Atomic.cpp - atom and red ------------------------------------------===//

#include "Access.h"
#include "FloatMath.h"

namespace softgpu {
namespace {

enum Operation : uint16_t { OpAnd, OpOr, OpXor, OpExch, OpCas, OpAdd, OpInc, OpDec, OpMin, OpMax };
/// Instruction::flags: the operation in the low 4 bits, then these, the space and the strength.
enum Flags : uint16_t { WideAddress = 16, Acquires = 32, Releases = 64, SpaceShift = 8, StrengthShift = 12 };

template <typename T> T combine(unsigned operation, T old, T b, T c) {
  if constexpr (std::is_floating_point_v<T>) {
    return operation == OpExch ? b : canonical(old + b);
  } else {
    switch (operation) {
    case OpAnd:
      return old & b;
    case OpOr:
      return old | b;
    case OpXor:
      return old ^ b;
    case OpExch:
      return b;
    case OpCas:
      return old == b ? c : old;
    case OpAdd:
      return static_cast<std::make_unsigned_t<T>>(old) + static_cast<std::make_unsigned_t<T>>(b);
    case OpInc:
      return old >= b ? 0 : old + 1;
    case OpDec:
      return old == 0 || old > b ? b : old - 1;
    case OpMin:
      return std::min(old, b);
    default:
      return std::max(old, b);
    }
  }
}

/// slots: d (may be missing), address, b, c.
template <typename T> void atomic(Warp &warp, const Instruction &i) {
  Space space = static_cast<Space>(i.flags >> SpaceShift & 7);
  Order order = {static_cast<Strength>(i.flags >> StrengthShift & 3), (i.flags & Acquires) != 0,
                 (i.flags & Releases) != 0};
  Accessor memory(warp, space);
  unsigned operation = i.flags & 15;
  forEachActive(warp, [&](uint32_t lane) {
    uint64_t address =
        i.flags & WideAddress ? warp.lanes<uint64_t>(i.slots[1])[lane] : warp.lanes<uint32_t>(i.slots[1])[lane];
    Target target = memory.locate(lane, address + i.immediate, sizeof(T), "updates");
    T old, b = fromLane<T>(warp.lanes<T>(i.slots[2])[lane]);
    T c = i.slots[3].exists() ? fromLane<T>(warp.lanes<T>(i.slots[3])[lane]) : T();
    memory.checkRead(lane, target, sizeof(T), order.strength);
    std::memcpy(&old, target.data(), sizeof(T));
    bool shared = target.space == Space::Shared;
    uint64_t place = target.region->base + target.offset;
    observe(warp, lane, place, shared, order);
    if (operation != OpCas || old == b) { // a compare-and-swap that fails writes nothing
      memory.checkWrite(lane, target, sizeof(T), order.strength);
      T updated = combine(operation, old, b, c);
      std::memcpy(target.data(), &updated, sizeof(T));
      publish(warp, lane, place, shared, order, true);
    }
    if (i.slots[0].exists())
      warp.lanes<T>(i.slots[0])[lane] = toLane<T>(old);
  });
  if (operation == OpCas || operation == OpExch)
    warp.hintSpin();
}

Handler handlerOf(Decoder &d, unsigned operation, ScalarType type) {
  if (type.lanes != 1 || type.bits < 32)
    d.fail("no such type for this instruction");
  bool bitwise = operation <= OpCas, counts = operation == OpInc || operation == OpDec;
  if (type.isFloat() && operation != OpAdd)
    d.fail("no such type for this instruction");
  if ((type.kind == TypeKind::Bits) != bitwise || (counts && !(type == ScalarType{TypeKind::Unsigned, 1, 32})))
    d.fail("no such type for this instruction");
  if (type.isFloat())
    return type.bits == 32 ? atomic<float> : Handler(atomic<double>);
  if (type.bits == 32)
    return type.isSigned() ? atomic<int32_t> : Handler(atomic<uint32_t>);
  return type.isSigned() ? atomic<int64_t> : Handler(atomic<uint64_t>);
}

bool decodeAtomic(Decoder &d) {
  bool reduces = d.statement.name == "red";
  int order = d.takeOneOf({"relaxed", "acquire", "release", "acq_rel"});
  int scope = d.takeOneOf({"cta", "cluster", "gpu", "sys"});
  Space space = d.takeSpace().value_or(Space::Generic);
  int operation = d.takeOneOf({"and", "or", "xor", "exch", "cas", "add", "inc", "dec", "min", "max"});
  d.take("noftz");
  while (d.takePrefix("L2::"))
    ;
  ScalarType type = d.takeType();
  if (operation < 0 || (reduces && (operation == OpExch || operation == OpCas)))
    d.fail("an operation is missing");
  unsigned first = reduces ? 0 : 1;
  d.finish(first + (operation == OpCas ? 3 : 2));
  bool wide;
  d.address(d.operand(first), 1, space, d.out.immediate, wide);
  if (!reduces)
    d.out.slots[0] = d.destination(0, type);
  d.out.slots[2] = d.source(first + 1, type);
  if (operation == OpCas)
    d.out.slots[3] = d.source(first + 2, type);
  Strength strength = scope == 0 ? Strength::Block : Strength::Device;
  d.out.flags = operation | (wide ? WideAddress : 0) | (order == 1 || order == 3 ? Acquires : 0) |
                (order >= 2 ? Releases : 0) | static_cast<uint16_t>(space) << SpaceShift |
                static_cast<uint16_t>(strength) << StrengthShift;
  d.out.run = handlerOf(d, operation, type);
  return true;
}

} // namespace

void addAtomicDecoders(DecoderTable &table) {
  table.add("atom", decodeAtomic);
  table.add("red", decodeAtomic);
}

} // namespace softgpu
