//===- Compare.cpp - comparisons and selections ---------------------------===//
//
// setp, set, selp, slct.
//
//===----------------------------------------------------------------------===//

#include "FloatMath.h"

namespace softgpu {
namespace {

enum Comparison : uint16_t { Eq, Ne, Lt, Le, Gt, Ge, Equ, Neu, Ltu, Leu, Gtu, Geu, Num, Nan };
/// Instruction::flags: the comparison in the low 4 bits.
enum Flags : uint16_t {
  BoolAnd = 16,
  BoolOr = 32,
  BoolXor = 48,
  BoolMask = 48,
  Flush = 64,
  NegateC = 128,
  FloatResult = 256
};

template <typename T> bool compare(unsigned comparison, T a, T b) {
  bool unordered = a != a || b != b;
  switch (comparison) {
  case Eq:
    return a == b;
  case Ne:
    return !unordered && a != b;
  case Lt:
    return a < b;
  case Le:
    return a <= b;
  case Gt:
    return a > b;
  case Ge:
    return a >= b;
  case Equ:
    return unordered || a == b;
  case Neu:
    return unordered || a != b;
  case Ltu:
    return unordered || a < b;
  case Leu:
    return unordered || a <= b;
  case Gtu:
    return unordered || a > b;
  case Geu:
    return unordered || a >= b;
  case Num:
    return !unordered;
  default:
    return unordered;
  }
}

template <typename T> uint32_t compareLanes(Warp &warp, const Instruction &i, unsigned first) {
  const auto *a = warp.lanes<T>(i.slots[first]), *b = warp.lanes<T>(i.slots[first + 1]);
  unsigned comparison = i.flags & 15;
  uint32_t result = 0;
  for (unsigned l = 0; l < warpSize; ++l) {
    T x = fromLane<T>(a[l]), y = fromLane<T>(b[l]);
    if constexpr (std::is_floating_point_v<T>)
      if (i.flags & Flush)
        x = flush(x), y = flush(y);
    result |= uint32_t(compare(comparison, x, y)) << l;
  }
  return result;
}

uint32_t combine(const Warp &warp, const Instruction &i, uint32_t value, Slot with) {
  if (!(i.flags & BoolMask))
    return value;
  uint32_t c = warp.predicate(with);
  if (i.flags & NegateC)
    c = ~c;
  switch (i.flags & BoolMask) {
  case BoolAnd:
    return value & c;
  case BoolOr:
    return value | c;
  default:
    return value ^ c;
  }
}

/// setp: slots p, q, a, b, c.
template <typename T> void setPredicates(Warp &warp, const Instruction &i) {
  uint32_t holds = compareLanes<T>(warp, i, 2);
  uint32_t p = combine(warp, i, holds, i.slots[4]), q = combine(warp, i, ~holds, i.slots[4]);
  warp.setPredicate(i.slots[0], p);
  warp.setPredicate(i.slots[1], q);
}

/// set: slots d, a, b, c.
template <typename T> void setValue(Warp &warp, const Instruction &i) {
  uint32_t holds = combine(warp, i, compareLanes<T>(warp, i, 1), i.slots[3]);
  uint32_t yes = i.flags & FloatResult ? 0x3f800000 : ~0u;
  storeLanes<uint32_t>(warp, i.slots[0], [=](unsigned l) { return holds >> l & 1 ? yes : 0; });
}

/// The comparison by name; .lo, .ls, .hi, .hs compare unsigned.
void takeComparison(Decoder &d, ScalarType type) {
  int found = d.takeOneOf({"eq", "ne", "lt", "le", "gt", "ge", "equ", "neu", "ltu", "leu", "gtu", "geu", "num", "nan"});
  if (found < 0) {
    static constexpr Comparison alike[] = {Lt, Le, Gt, Ge};
    int other = d.takeOneOf({"lo", "ls", "hi", "hs"});
    if (other < 0 || type.isFloat() || type.isSigned())
      d.fail("a comparison is missing");
    found = alike[other];
  }
  if (found >= Equ && !type.isFloat())
    d.fail("an unordered comparison of integers");
  if (type.kind == TypeKind::Bits && found > Ne)
    d.fail("bits are compared by .eq and .ne");
  d.out.flags |= found;
}

template <typename F> Handler forComparable(ScalarType type, F f) {
  if (!type.isFloat())
    return forInteger(type, f);
  return type.lanes != 1 ? nullptr : type.bits == 32 ? f(Tag<float>()) : type.bits == 64 ? f(Tag<double>()) : nullptr;
}

void takeBoolean(Decoder &d) {
  int op = d.takeOneOf({"and", "or", "xor"});
  if (op >= 0)
    d.out.flags |= (op + 1) * BoolAnd;
}

void takeThird(Decoder &d, unsigned index, unsigned slot) {
  if (!(d.out.flags & BoolMask))
    return;
  d.out.slots[slot] = d.predicate(d.operand(index));
  if (d.operand(index).negated)
    d.out.flags |= NegateC;
}

bool decodeSetp(Decoder &d) {
  takeBoolean(d);
  if (d.take("ftz"))
    d.out.flags |= Flush;
  ScalarType type = d.takeType();
  takeComparison(d, type);
  d.finish(d.out.flags & BoolMask ? 4 : 3);
  const Operand &to = d.operand(0);
  if (to.kind == Operand::Pair) {
    for (unsigned i = 0; i < 2; ++i)
      d.out.slots[i] = to.parts[i].kind == Operand::Sink ? Slot() : d.predicate(to.parts[i]);
  } else if (to.kind != Operand::Sink) {
    d.out.slots[0] = d.predicate(to);
  }
  d.out.slots[2] = d.source(1, type);
  d.out.slots[3] = d.source(2, type);
  takeThird(d, 3, 4);
  d.out.run = forComparable(type, [](auto tag) -> Handler { return setPredicates<typename decltype(tag)::type>; });
  if (!d.out.run)
    d.fail("no such type for this instruction");
  return true;
}

bool decodeSet(Decoder &d) {
  takeBoolean(d);
  if (d.take("ftz"))
    d.out.flags |= Flush;
  ScalarType to = d.takeType(), type = d.takeType();
  takeComparison(d, type);
  d.finish(d.out.flags & BoolMask ? 4 : 3);
  if (to.bits != 32 || to.lanes != 1)
    d.fail("the result must be .u32, .s32 or .f32");
  if (to.isFloat())
    d.out.flags |= FloatResult;
  d.out.slots[0] = d.destination(0, to);
  d.out.slots[1] = d.source(1, type);
  d.out.slots[2] = d.source(2, type);
  takeThird(d, 3, 3);
  return install(d, forComparable(type, [](auto tag) -> Handler { return setValue<typename decltype(tag)::type>; }));
}

template <typename T> void select(Warp &warp, const Instruction &i) {
  const T *a = warp.lanes<T>(i.slots[1]), *b = warp.lanes<T>(i.slots[2]);
  LaneMask<T> chosen(warp.predicate(i.slots[3]));
  storeLanes<T>(warp, i.slots[0], [&](unsigned l) { return (a[l] & chosen.masks[l]) | (b[l] & ~chosen.masks[l]); });
}

bool decodeSelp(Decoder &d) {
  ScalarType type = d.takeType();
  d.finish(4);
  for (unsigned s = 0; s < 3; ++s)
    d.out.slots[s] = s == 0 ? d.destination(0, type) : d.source(s, type);
  d.out.slots[3] = d.predicate(d.operand(3));
  return install(d, type.bits == 64 ? Handler(select<uint64_t>) : type.bits >= 16 ? select<uint32_t> : nullptr);
}

template <typename T, bool isFloat> void selectBySign(Warp &warp, const Instruction &i) {
  const T *a = warp.lanes<T>(i.slots[1]), *b = warp.lanes<T>(i.slots[2]);
  const uint32_t *c = warp.lanes<uint32_t>(i.slots[3]);
  storeLanes<T>(warp, i.slots[0], [=](unsigned l) {
    // NaN selects b; -0 is not negative.
    bool first = isFloat ? (i.flags & Flush ? flush(floatOf(c[l])) : floatOf(c[l])) >= 0 : int32_t(c[l]) >= 0;
    return first ? a[l] : b[l];
  });
}

bool decodeSlct(Decoder &d) {
  if (d.take("ftz"))
    d.out.flags |= Flush;
  ScalarType type = d.takeType(), by = d.takeType();
  d.finish(4);
  for (unsigned s = 0; s < 3; ++s)
    d.out.slots[s] = s == 0 ? d.destination(0, type) : d.source(s, type);
  d.out.slots[3] = d.source(3, by);
  bool isFloat = by.isFloat();
  return install(d, by.bits != 32     ? nullptr
                    : type.bits == 64 ? isFloat ? Handler(selectBySign<uint64_t, true>) : selectBySign<uint64_t, false>
                    : isFloat         ? selectBySign<uint32_t, true>
                                      : selectBySign<uint32_t, false>);
}

} // namespace

void addCompareDecoders(DecoderTable &table) {
  table.add("setp", decodeSetp);
  table.add("set", decodeSet);
  table.add("selp", decodeSelp);
  table.add("slct", decodeSlct);
}

} // namespace softgpu
