//===- Move.cpp - mov, cvta, isspacep -------------------------------------===//
//
// mov moves values and addresses, packs and unpacks.
//
//===----------------------------------------------------------------------===//

#include "../memory/AddressSpace.h"
#include "Select.h"

#include <ctime>

namespace softgpu {
namespace {

struct Copy {
  template <typename T> static T apply(T a) { return a; }
};
struct Sum {
  static uint64_t apply(uint64_t a, uint64_t b) { return a + b; }
};

/// d = {a, b, ...}: elements of i.count bits, their number in i.flags.
template <typename T> void pack(Warp &warp, const Instruction &i) {
  storeLanes<T>(warp, i.slots[0], [&](unsigned l) {
    uint64_t result = 0;
    for (unsigned e = 0; e < i.flags; ++e)
      result |= uint64_t(warp.lanes<uint32_t>(i.slots[e + 1])[l]) << (i.count * e);
    return static_cast<T>(result);
  });
}

/// {a, b, ...} = s
template <typename T> void unpack(Warp &warp, const Instruction &i) {
  const T *from = warp.lanes<T>(i.slots[5]);
  uint32_t mask = i.count == 32 ? ~0u : (1u << i.count) - 1;
  T values[warpSize]; // the source may be among the destinations
  std::memcpy(values, from, sizeof values);
  for (unsigned e = 0; e < i.flags; ++e)
    if (i.slots[e].exists())
      storeLanes<uint32_t>(warp, i.slots[e], [&](unsigned l) {
        return static_cast<uint32_t>(uint64_t(values[l]) >> (i.count * e)) & mask;
      });
}

bool decodePack(Decoder &d, ScalarType type) {
  bool packs = d.operand(1).kind == Operand::Vector;
  const std::vector<Operand> &parts = d.operand(packs ? 1 : 0).parts;
  ScalarType part = {TypeKind::Bits, 1, static_cast<uint16_t>(type.bits / parts.size())};
  if (parts.size() < 2 || parts.size() > 4 || part.bits < 8)
    d.fail("the vector does not fit");
  d.out.count = part.bits;
  d.out.flags = parts.size();
  for (unsigned e = 0; e < parts.size(); ++e)
    d.out.slots[packs ? e + 1 : e] = packs ? d.source(parts[e], part) : d.destination(parts[e], part);
  if (packs) {
    d.out.slots[0] = d.destination(0, type);
    d.out.run = type.bits == 64 ? Handler(pack<uint64_t>) : pack<uint32_t>;
  } else {
    d.out.slots[5] = d.source(1, type);
    d.out.run = type.bits == 64 ? Handler(unpack<uint64_t>) : unpack<uint32_t>;
  }
  return true;
}

/// mov of a variable's address, within its state space.
bool decodeAddress(Decoder &d, ScalarType type) {
  const Operand &operand = d.operand(1);
  const Variable &var = *operand.var;
  d.out.slots[0] = d.destination(0, type);
  if (type.bits < 32)
    d.fail("an address of " + std::to_string(type.bits) + " bits");
  bool wide = type.bits == 64;
  bool entryParameter = d.builder.isEntryParameter(var);
  bool inFrame = var.space == Space::Local || (var.space == Space::Param && !entryParameter);
  uint64_t offset = operand.bits + (inFrame ? d.builder.localOffset(var) : d.builder.addressOf(var, d.statement.line));
  if (entryParameter)
    offset += paramWindow; // told apart from parameters in frames, which look like local memory
  if (!inFrame) {
    d.out.slots[1] = d.constant(offset, wide);
    return install(d, wide ? unary<Copy, uint64_t> : unary<Copy, uint32_t>);
  }
  d.out.slots[1] = d.localBase();
  d.out.slots[2] = d.constant(offset, true);
  return install(d, wide ? binary<Sum, uint64_t> : nullptr);
}

template <typename T> void readClock(Warp &warp, const Instruction &i) {
  uint64_t now = i.flags ? static_cast<uint64_t>(time(nullptr)) * 1'000'000'000 : warp.instructionCount();
  storeLanes<T>(warp, i.slots[0], [=](unsigned) { return static_cast<T>(now >> i.immediate); });
}

bool decodeClock(Decoder &d, ScalarType type) {
  Special special = d.operand(1).special;
  d.out.slots[0] = d.destination(0, type);
  d.out.flags = special >= Special::GlobalTimer;
  d.out.immediate = special == Special::ClockHi || special == Special::GlobalTimerHi ? 32 : 0;
  return install(d, type.bits == 64 ? Handler(readClock<uint64_t>) : readClock<uint32_t>);
}

bool decodeMove(Decoder &d) {
  ScalarType type = d.takeType();
  d.finish(2);
  const Operand &from = d.operand(1);
  if (from.kind == Operand::Vector || d.operand(0).kind == Operand::Vector)
    return decodePack(d, type);
  if (from.kind == Operand::Var)
    return decodeAddress(d, type);
  if (from.kind == Operand::SpecialReg && from.special >= Special::Clock && from.special <= Special::GlobalTimerHi)
    return decodeClock(d, type);
  if (from.kind == Operand::Name)
    d.fail("the address of '" + from.name + "': indirect calls are not supported");
  d.out.slots[0] = d.destination(0, type);
  d.out.slots[1] = d.source(1, type);
  if (type.isPredicate())
    return install(d,
                   [](Warp &warp, const Instruction &i) { warp.setPredicate(i.slots[0], warp.predicate(i.slots[1])); });
  return install(d, forBits(type, [](auto tag) -> Handler { return unary<Copy, typename decltype(tag)::type>; }));
}

uint64_t windowOf(Space space) {
  return space == Space::Shared  ? sharedWindow
         : space == Space::Local ? localWindow
         : space == Space::Param ? paramWindow
                                 : 0;
}

bool decodeConvertAddress(Decoder &d) {
  bool to = d.take("to");
  std::optional<Space> space = d.takeSpace();
  ScalarType type = d.takeType();
  d.finish(2);
  if (!space || (type.bits != 64))
    d.fail("expected a state space and .u64");
  const Operand &from = d.operand(1);
  d.out.slots[0] = d.destination(0, type);
  uint64_t window = windowOf(*space);
  if (from.kind == Operand::Var) {
    if (from.var->space != *space)
      d.fail("'" + from.var->name + "' lies in another state space");
    if (!decodeAddress(d, type))
      return false;
    if (from.var->space == Space::Local)
      d.out.slots[2] = d.constant(from.bits + d.builder.localOffset(*from.var) + (to ? 0 : window), true);
    else if (from.var->space == Space::Shared)
      d.out.slots[1] =
          d.constant(from.bits + d.builder.addressOf(*from.var, d.statement.line) + (to ? 0 : window), true);
    return true;
  }
  d.out.slots[1] = d.source(1, type);
  if (*space == Space::Param) // addresses of parameters are generic already
    window = 0;
  d.out.slots[2] = d.constant(to ? -window : window, true);
  return install(d, binary<Sum, uint64_t>);
}

void isInSpace(Warp &warp, const Instruction &i) {
  const uint64_t *a = warp.lanes<uint64_t>(i.slots[1]);
  uint32_t result = 0;
  for (unsigned l = 0; l < warpSize; ++l) {
    bool window = a[l] - i.immediate < windowBytes;
    bool global = a[l] < sharedWindow || a[l] >= paramWindow + windowBytes;
    result |= uint32_t(i.immediate ? window : global) << l;
  }
  warp.setPredicate(i.slots[0], result);
}

bool decodeIsInSpace(Decoder &d) {
  std::optional<Space> space = d.takeSpace();
  d.finish(2);
  if (!space || *space == Space::Const)
    d.fail("expected .global, .shared, .local or .param");
  d.out.slots[0] = d.predicate(d.operand(0));
  d.out.slots[1] = d.source(1, {TypeKind::Unsigned, 1, 64});
  d.out.immediate = windowOf(*space);
  return install(d, isInSpace);
}

} // namespace

void addMoveDecoders(DecoderTable &table) {
  table.add("mov", decodeMove);
  table.add("cvta", decodeConvertAddress);
  table.add("isspacep", decodeIsInSpace);
}

} // namespace softgpu
