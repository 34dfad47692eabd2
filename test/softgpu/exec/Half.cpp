//===- Half.cpp - arithmetic on floats of 16 bits -------------------------===//
//
// On f16 and bf16, one of them or two in a register: add, sub, mul, fma, min, max, neg, abs, set, setp. Each is
// computed as if exactly and rounded once, to nearest even: the only rounding that there is.
//
//===----------------------------------------------------------------------===//

#include "Compare.h"
#include "HalfFloat.h"

namespace softgpu {
namespace {

struct Half {
  static constexpr uint16_t one = 0x3c00, exponent = 0x7c00;
  static float widen(uint16_t bits) { return halfToFloat(bits); }
  static uint16_t narrow(double value) { return floatToHalf(value, Rounding::NearestEven); }
};
struct Bfloat {
  static constexpr uint16_t one = 0x3f80, exponent = 0x7f80;
  static float widen(uint16_t bits) { return floatOf(uint32_t(bits) << 16); }
  static uint16_t narrow(double value) { return floatToBfloat(value, Rounding::NearestEven); }
};

/// Instruction::flags, beside those of all floats: less than 0 and NaN are no result of it.
constexpr uint16_t Relu = 512;

/// a + b rounded to odd, which rounds to a shorter format as the exact sum does (Boldo and Melquiond, 2008). The error
/// of the sum is Knuth's.
double addToOdd(double a, double b) {
  double sum = a + b, part = sum - a, lost = (a - (sum - part)) + (b - part);
  LaneOf<double> bits = toLane<double>(sum);
  if (!std::isfinite(sum) || lost == 0 || bits & 1)
    return sum;
  return fromLane<double>((lost > 0) == (sum > 0) ? bits + 1 : bits - 1);
}

// Products of two are exact in a double.
struct Add {
  static double apply(double a, double b) { return addToOdd(a, b); }
};
struct Sub {
  static double apply(double a, double b) { return addToOdd(a, -b); }
};
struct Mul {
  static double apply(double a, double b) { return a * b; }
};
struct Fma {
  static double apply(double a, double b, double c) { return addToOdd(a * b, c); }
};

template <typename Format> uint16_t flushHalf(uint16_t bits) { return bits & Format::exponent ? bits : bits & 0x8000; }

/// The bits of element `e` of a source.
template <typename Format>
uint16_t elementOf(Warp &warp, const Instruction &i, unsigned source, unsigned l, unsigned e) {
  uint16_t bits = static_cast<uint16_t>(warp.lanes<uint32_t>(i.slots[source])[l] >> 16 * e);
  return i.flags & FlushSubnormals ? flushHalf<Format>(bits) : bits;
}

/// compute(l, e) for each of the i.count elements of each active lane.
template <typename Compute> void storeElements(Warp &warp, const Instruction &i, Compute compute) {
  uint32_t *to = warp.lanes<uint32_t>(i.slots[0]);
  forEachActive(warp, [&](unsigned l) {
    uint32_t result = 0;
    for (unsigned e = 0; e < i.count; ++e)
      result |= uint32_t(compute(l, e)) << 16 * e;
    to[l] = result;
  });
}

template <typename Op, typename Format, unsigned sources> void arithmetic(Warp &warp, const Instruction &i) {
  storeElements(warp, i, [&](unsigned l, unsigned e) {
    auto at = [&](unsigned source) { return double(Format::widen(elementOf<Format>(warp, i, source, l, e))); };
    double result;
    if constexpr (sources == 2)
      result = Op::apply(at(1), at(2));
    else
      result = Op::apply(at(1), at(2), at(3));
    if (i.flags & Saturate)
      result = saturate(result);
    if (i.flags & Relu && result <= 0)
      result = 0;
    uint16_t bits = Format::narrow(result);
    return i.flags & FlushSubnormals ? flushHalf<Format>(bits) : bits;
  });
}

template <typename Format> void halfExtremum(Warp &warp, const Instruction &i) {
  storeElements(warp, i, [&](unsigned l, unsigned e) {
    auto at = [&](unsigned source) { return Format::widen(elementOf<Format>(warp, i, source, l, e)); };
    return Format::narrow(extremum(at(1), at(2), i.flags));
  });
}

template <typename Format, bool negate> void changeSign(Warp &warp, const Instruction &i) {
  storeElements(warp, i, [&](unsigned l, unsigned e) {
    uint16_t bits = elementOf<Format>(warp, i, 1, l, e);
    return static_cast<uint16_t>(negate ? bits ^ 0x8000 : bits & 0x7fff);
  });
}

/// The lanes in which the comparison of elements `e` of slots `first` and `first` + 1 holds.
template <typename Format> uint32_t compareElements(Warp &warp, const Instruction &i, unsigned first, unsigned e) {
  uint32_t result = 0;
  for (unsigned l = 0; l < warpSize; ++l) {
    auto at = [&](unsigned source) {
      uint16_t bits = static_cast<uint16_t>(warp.lanes<uint32_t>(i.slots[source])[l] >> 16 * e);
      return Format::widen(i.flags & Flush ? flushHalf<Format>(bits) : bits);
    };
    result |= uint32_t(compare(i.flags & 15, at(first), at(first + 1))) << l;
  }
  return result;
}

/// setp: slots p, q, a, b, c. Of two elements p is the lower's and q the upper's result, of one q is the opposite.
template <typename Format> void setHalfPredicates(Warp &warp, const Instruction &i) {
  uint32_t low = compareElements<Format>(warp, i, 2, 0);
  uint32_t high = i.count == 2 ? compareElements<Format>(warp, i, 2, 1) : ~low;
  uint32_t p = combine(warp, i, low, i.slots[4]), q = combine(warp, i, high, i.slots[4]);
  warp.setPredicate(i.slots[0], p);
  warp.setPredicate(i.slots[1], q);
}

/// set: slots d, a, b, c; immediate: what stands for true, of the result's whole width if it is an integer.
template <typename Format> void setHalfValue(Warp &warp, const Instruction &i) {
  uint32_t holds[2] = {};
  for (unsigned e = 0; e < i.count; ++e)
    holds[e] = combine(warp, i, compareElements<Format>(warp, i, 1, e), i.slots[3]);
  uint32_t yes = static_cast<uint32_t>(i.immediate);
  storeLanes<uint32_t>(warp, i.slots[0], [=](unsigned l) {
    uint32_t low = holds[0] >> l & 1 ? yes : 0, high = holds[1] >> l & 1 ? yes << 16 : 0;
    return low | high;
  });
}

bool isHalf(ScalarType type) { return type.isFloat() && type.bits == 16 * type.lanes; }
bool isHalf(const Decoder &d) {
  std::optional<ScalarType> type = d.lastType();
  return type && isHalf(*type);
}
bool isBfloat(ScalarType type) { return type.kind == TypeKind::BFloat; }

/// Takes the type, and refuses for bf16 what there is of f16 only.
ScalarType takeHalf(Decoder &d, uint16_t forHalfOnly) {
  ScalarType type = d.takeType();
  if (isBfloat(type) && d.out.flags & forHalfOnly)
    d.fail(".ftz and .sat are for .f16");
  d.out.count = type.lanes;
  return type;
}

template <typename Op, unsigned sources> bool decodeArithmetic(Decoder &d) {
  if (!isHalf(d))
    return false;
  constexpr bool isFma = sources == 3;
  if (!d.take("rn") && isFma)
    d.fail("a rounding modifier is missing");
  takeFlush(d);
  d.out.flags |= d.take("sat") ? Saturate : 0;
  d.out.flags |= isFma && d.take("relu") ? Relu : 0;
  if (d.out.flags & Saturate && d.out.flags & Relu)
    d.fail(".sat and .relu at once");
  ScalarType type = takeHalf(d, FlushSubnormals | Saturate);
  if (isBfloat(type) && !isFma && d.builder.module.target < 90)
    d.fail("of .bf16 only for sm_90 and newer");
  takeOperands(d, type, sources);
  return install(d, isBfloat(type) ? arithmetic<Op, Bfloat, sources> : arithmetic<Op, Half, sources>);
}

bool decodeExtremum(Decoder &d) {
  if (!isHalf(d))
    return false;
  takeExtremum(d);
  ScalarType type = takeHalf(d, FlushSubnormals);
  takeOperands(d, type, 2);
  return install(d, isBfloat(type) ? halfExtremum<Bfloat> : halfExtremum<Half>);
}

template <bool negate> bool decodeSign(Decoder &d) {
  if (!isHalf(d))
    return false;
  takeFlush(d);
  ScalarType type = takeHalf(d, FlushSubnormals);
  takeOperands(d, type, 1);
  return install(d, isBfloat(type) ? changeSign<Bfloat, negate> : changeSign<Half, negate>);
}

void takeFlushOfComparison(Decoder &d) {
  if (d.take("ftz"))
    d.out.flags |= Flush;
}

bool decodeSetp(Decoder &d) {
  if (!isHalf(d))
    return false;
  takeBoolean(d);
  takeFlushOfComparison(d);
  ScalarType type = takeHalf(d, Flush);
  takeComparison(d, type);
  d.finish(d.out.flags & BoolMask ? 4 : 3);
  takePredicates(d);
  d.out.slots[2] = d.source(1, type);
  d.out.slots[3] = d.source(2, type);
  takeThird(d, 3, 4);
  d.out.run = isBfloat(type) ? setHalfPredicates<Bfloat> : setHalfPredicates<Half>;
  return true;
}

bool decodeSet(Decoder &d) {
  if (!isHalf(d))
    return false;
  takeBoolean(d);
  takeFlushOfComparison(d);
  ScalarType to = d.takeType(), type = takeHalf(d, Flush);
  takeComparison(d, type);
  d.finish(d.out.flags & BoolMask ? 4 : 3);
  bool isPacked = type.lanes == 2;
  if (isHalf(to) ? to.lanes != type.lanes : !to.isInteger() || to.bits < 16 * type.lanes || to.bits > 32)
    d.fail("no such type for the result");
  d.out.immediate = isHalf(to)                  ? isBfloat(to) ? Bfloat::one : Half::one
                    : isPacked || to.bits == 16 ? 0xffff
                                                : 0xffffffff;
  d.out.slots[0] = d.destination(0, to);
  d.out.slots[1] = d.source(1, type);
  d.out.slots[2] = d.source(2, type);
  takeThird(d, 3, 3);
  return install(d, isBfloat(type) ? setHalfValue<Bfloat> : setHalfValue<Half>);
}

} // namespace

void addHalfDecoders(DecoderTable &table) {
  table.add("add", decodeArithmetic<Add, 2>);
  table.add("sub", decodeArithmetic<Sub, 2>);
  table.add("mul", decodeArithmetic<Mul, 2>);
  table.add("fma", decodeArithmetic<Fma, 3>);
  table.add("min", decodeExtremum);
  table.add("max", decodeExtremum);
  table.add("neg", decodeSign<true>);
  table.add("abs", decodeSign<false>);
  table.add("setp", decodeSetp);
  table.add("set", decodeSet);
}

} // namespace softgpu
