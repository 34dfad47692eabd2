//===- LoadStore.cpp - ld, st, ldu, prefetch ------------------------------===//

#include "Access.h"
#include "Decoder.h"

namespace softgpu {
namespace {

enum Flags : uint16_t {
  WideAddress = 1, // the address register has 64 bits
  SignExtend = 2,
  WideRegister = 4, // the data register has 64 bits
  Acquires = 8,
  Releases = 16,
  Spins = 32,
  SpaceShift = 8,    // 3 bits
  StrengthShift = 12 // 2 bits
};

Space spaceOf(const Instruction &i) { return static_cast<Space>(i.flags >> SpaceShift & 7); }
Order orderOf(const Instruction &i) {
  return {static_cast<Strength>(i.flags >> StrengthShift & 3), (i.flags & Acquires) != 0, (i.flags & Releases) != 0};
}

uint64_t addressIn(const Warp &warp, const Instruction &i, Slot slot, uint32_t lane) {
  uint64_t base = i.flags & WideAddress ? warp.lanes<uint64_t>(slot)[lane] : warp.lanes<uint32_t>(slot)[lane];
  return base + i.immediate;
}

template <typename T> void load(Warp &warp, const Instruction &i) {
  Order order = orderOf(i);
  Accessor memory(warp, spaceOf(i));
  bool wide = i.flags & WideRegister, extend = i.flags & SignExtend;
  uint32_t bytes = sizeof(T) * i.count;
  Slot addressSlot = i.slots[i.count];
  forEachActive(warp, [&](uint32_t lane) {
    uint64_t address = addressIn(warp, i, addressSlot, lane);
    Target target = memory.locate(lane, address, bytes, "reads");
    memory.checkRead(lane, target, bytes, order.strength);
    for (unsigned e = 0; e < i.count; ++e) {
      if (!i.slots[e].exists())
        continue;
      T value;
      std::memcpy(&value, target.data() + e * sizeof(T), sizeof(T));
      uint64_t bits =
          extend ? static_cast<uint64_t>(static_cast<int64_t>(static_cast<std::make_signed_t<T>>(value))) : value;
      if (wide)
        warp.lanes<uint64_t>(i.slots[e])[lane] = bits;
      else
        warp.lanes<uint32_t>(i.slots[e])[lane] = static_cast<uint32_t>(bits);
    }
    if (order.strength != Strength::Plain)
      observe(warp, lane, target.region->base + target.offset, target.space == Space::Shared, order);
  });
  if (i.flags & Spins)
    warp.hintSpin();
}

template <typename T> void store(Warp &warp, const Instruction &i) {
  Order order = orderOf(i);
  Accessor memory(warp, spaceOf(i));
  bool wide = i.flags & WideRegister;
  uint32_t bytes = sizeof(T) * i.count;
  Slot addressSlot = i.slots[i.count];
  forEachActive(warp, [&](uint32_t lane) {
    Target target = memory.locate(lane, addressIn(warp, i, addressSlot, lane), bytes, "writes");
    memory.checkWrite(lane, target, bytes, order.strength);
    for (unsigned e = 0; e < i.count; ++e) {
      T value = static_cast<T>(wide ? warp.lanes<uint64_t>(i.slots[e])[lane] : warp.lanes<uint32_t>(i.slots[e])[lane]);
      std::memcpy(target.data() + e * sizeof(T), &value, sizeof(T));
    }
    if (order.strength != Strength::Plain)
      publish(warp, lane, target.region->base + target.offset, target.space == Space::Shared, order, false);
  });
}

Handler loadOf(unsigned bytes) {
  switch (bytes) {
  case 1:
    return load<uint8_t>;
  case 2:
    return load<uint16_t>;
  case 4:
    return load<uint32_t>;
  default:
    return load<uint64_t>;
  }
}

Handler storeOf(unsigned bytes) {
  switch (bytes) {
  case 1:
    return store<uint8_t>;
  case 2:
    return store<uint16_t>;
  case 4:
    return store<uint32_t>;
  default:
    return store<uint64_t>;
  }
}

void takeCacheHints(Decoder &d) {
  d.takeOneOf({"ca", "cg", "cs", "cv", "lu", "wb", "wt"});
  while (d.takePrefix("L1::") || d.takePrefix("L2::"))
    ;
}

/// In an entry: whether an address of parameter space means the launch's parameters, or those of a call.
bool addressesEntryParameter(const Decoder &d, const Operand &place) {
  const Operand &base = place.parts[0];
  return base.kind != Operand::Var || d.builder.isEntryParameter(*base.var);
}

bool decodeAccess(Decoder &d, bool isLoad) {
  bool isVolatile = d.take("volatile"), weak = d.take("weak");
  bool relaxed = d.take("relaxed"), acquire = isLoad && d.take("acquire"), release = !isLoad && d.take("release");
  bool mmio = d.take("mmio");
  int scope = d.takeOneOf({"cta", "cluster", "gpu", "sys"});
  if ((relaxed || acquire || release) && scope < 0)
    d.fail("the scope is missing");
  bool nonCoherent = isLoad && d.take("nc");
  Space space = d.takeSpace().value_or(Space::Generic);
  takeCacheHints(d);
  int vector = d.takeOneOf({"v2", "v4"});
  ScalarType type = d.takeType();
  d.finish(2);
  if (weak && (isVolatile || relaxed || acquire || release || mmio))
    d.fail("weak and strong at once");
  if (nonCoherent && space != Space::Global && space != Space::Generic)
    d.fail(".nc is for global memory");
  if (!isLoad && space == Space::Const)
    d.fail("constant memory cannot be written");
  unsigned count = vector < 0 ? 1 : vector == 0 ? 2 : 4;
  if (type.isPredicate() || type.bits == 128 || count * type.bytes() > 16)
    d.fail("an access of such a type");

  const Operand &data = d.operand(isLoad ? 0 : 1), &place = d.operand(isLoad ? 1 : 0);
  if ((vector >= 0) != (data.kind == Operand::Vector) || (vector >= 0 && data.parts.size() != count))
    d.fail("the vector of registers does not fit");
  bool wideRegister = false;
  for (unsigned e = 0; e < count; ++e) {
    const Operand &part = vector < 0 ? data : data.parts[e];
    d.out.slots[e] = isLoad ? d.destination(part, type, true) : d.source(part, type, true);
    wideRegister |= part.kind == Operand::Reg ? part.reg->type.bits == 64 : type.bits == 64;
  }
  bool wideAddress;
  d.address(place, count, space, d.out.immediate, wideAddress);
  if (space == Space::Param && (!d.inEntry() || !addressesEntryParameter(d, place)))
    space = Space::Local; // parameters of functions and calls lie in the frame
  if (space == Space::Const)
    space = Space::Global;
  bool strong = isVolatile || relaxed || acquire || release || mmio;
  Strength strength = !strong ? Strength::Plain : scope == 0 ? Strength::Block : Strength::Device;
  d.out.count = count;
  d.out.flags = (wideAddress ? WideAddress : 0) | (type.isSigned() ? SignExtend : 0) |
                (wideRegister ? WideRegister : 0) | (acquire ? Acquires : 0) | (release ? Releases : 0) |
                (strong ? Spins : 0) | static_cast<uint16_t>(space) << SpaceShift |
                static_cast<uint16_t>(strength) << StrengthShift;
  d.out.run = isLoad ? loadOf(type.bytes()) : storeOf(type.bytes());
  return true;
}

} // namespace

void addLoadStoreDecoders(DecoderTable &table) {
  table.add("ld", [](Decoder &d) { return decodeAccess(d, true); });
  table.add("ldu", [](Decoder &d) { return decodeAccess(d, true); });
  table.add("st", [](Decoder &d) { return decodeAccess(d, false); });
  auto prefetch = [](Decoder &d) {
    d.takeSpace();
    while (d.takePrefix("L1") || d.takePrefix("L2"))
      ;
    d.take("tensormap");
    d.finish(1);
    d.out.run = [](Warp &, const Instruction &) {};
    return true;
  };
  table.add("prefetch", prefetch);
  table.add("prefetchu", prefetch);
}

} // namespace softgpu
