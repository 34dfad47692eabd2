//===- Compare.cpp - comparisons and selections ---------------------------===//
//
// setp, set, selp, slct.
//
//===----------------------------------------------------------------------===//

#include "Compare.h"

namespace softgpu {
namespace {

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

template <typename F> Handler forComparable(ScalarType type, F f) {
  if (!type.isFloat())
    return forInteger(type, f);
  return type.lanes != 1 ? nullptr : type.bits == 32 ? f(Tag<float>()) : type.bits == 64 ? f(Tag<double>()) : nullptr;
}

bool decodeSetp(Decoder &d) {
  takeBoolean(d);
  if (d.take("ftz"))
    d.out.flags |= Flush;
  ScalarType type = d.takeType();
  takeComparison(d, type);
  d.finish(d.out.flags & BoolMask ? 4 : 3);
  takePredicates(d);
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
