//===- Float.cpp - floating-point arithmetic ------------------------------===//
//
// Of 32 and 64 bits, as IEEE 754 defines it: add, sub, mul, fma, mad, div, rcp, sqrt, min, max, neg, abs, copysign,
// testp. The approximate forms are in Approximate.cpp.
//
//===----------------------------------------------------------------------===//

#include "FloatMath.h"

namespace softgpu {
namespace {

struct Add {
  template <typename T> static T apply(T a, T b) { return a + b; }
};
struct Sub {
  template <typename T> static T apply(T a, T b) { return a - b; }
};
struct Mul {
  template <typename T> static T apply(T a, T b) { return a * b; }
};
struct Div {
  template <typename T> static T apply(T a, T b) { return a / b; }
};
struct Fma {
  template <typename T> static T apply(T a, T b, T c) { return std::fma(a, b, c); }
};
struct Rcp {
  template <typename T> static T apply(T a) { return T(1) / a; }
};
struct Sqrt {
  template <typename T> static T apply(T a) { return std::sqrt(a); }
};

/// Op rounded to nearest, with nothing else.
template <typename Op> struct Canonical {
  template <typename... T> static auto apply(T... operands) { return canonical(Op::apply(operands...)); }
};

/// The operand of a handler with its flags applied.
template <typename T> T operandOf(const LaneOf<T> *lanes, unsigned l, bool ftz) {
  T value = fromLane<T>(lanes[l]);
  return ftz ? flush(value) : value;
}

template <typename T> T resultOf(T value, uint16_t flags) {
  if (flags & FlushSubnormals)
    value = flush(value);
  return flags & Saturate ? saturate(value) : canonical(value);
}

template <typename Op, typename T, unsigned sources> void general(Warp &warp, const Instruction &i) {
  RoundingScope scope(static_cast<Rounding>(i.flags & RoundingMask));
  bool ftz = i.flags & FlushSubnormals;
  LaneOf<T> *to = warp.lanes<T>(i.slots[0]);
  const LaneOf<T> *from[3];
  for (unsigned s = 0; s < sources; ++s)
    from[s] = warp.lanes<T>(i.slots[s + 1]);
  forEachActive(warp, [&](unsigned l) {
    T result;
    if constexpr (sources == 1)
      result = Op::apply(operandOf<T>(from[0], l, ftz));
    else if constexpr (sources == 2)
      result = Op::apply(operandOf<T>(from[0], l, ftz), operandOf<T>(from[1], l, ftz));
    else
      result = Op::apply(operandOf<T>(from[0], l, ftz), operandOf<T>(from[1], l, ftz), operandOf<T>(from[2], l, ftz));
    to[l] = toLane<T>(resultOf(result, i.flags));
  });
}

template <typename Op, unsigned sources> Handler handlerOf(ScalarType type, uint16_t flags) {
  if (flags)
    return type.bits == 32 ? general<Op, float, sources> : general<Op, double, sources>;
  if constexpr (sources == 1)
    return type.bits == 32 ? unary<Canonical<Op>, float> : unary<Canonical<Op>, double>;
  else if constexpr (sources == 2)
    return type.bits == 32 ? binary<Canonical<Op>, float> : binary<Canonical<Op>, double>;
  else
    return type.bits == 32 ? ternary<Canonical<Op>, float> : ternary<Canonical<Op>, double>;
}

bool isFloat(const Decoder &d) { return isFloatOf(d, 32) || isFloatOf(d, 64); }

/// Takes .ftz, .sat and the type.
ScalarType takeFloat(Decoder &d) {
  takeFlush(d);
  if (d.take("sat"))
    d.out.flags |= Saturate;
  ScalarType type = d.takeType();
  if (type.bits == 64 && (d.out.flags & (FlushSubnormals | Saturate)))
    d.fail(".ftz and .sat are for .f32");
  return type;
}

// Contraction. Without a rounding modifier ptxas may fuse a multiplication with the addition of its product. So the
// software GPU always does where both are in one basic block: code that relies on two roundings fails here too.

/// a*b + c with the signs that the flags say.
template <typename T> void contractedAdd(Warp &warp, const Instruction &i) {
  const LaneOf<T> *a = warp.lanes<T>(i.slots[1]), *b = warp.lanes<T>(i.slots[2]), *c = warp.lanes<T>(i.slots[3]);
  bool ftz = i.flags & FlushSubnormals;
  T product = i.flags & NegateProduct ? T(-1) : T(1), addend = i.flags & NegateAddend ? T(-1) : T(1);
  LaneOf<T> *to = warp.lanes<T>(i.slots[0]);
  warp.countContracted();
  forEachActive(warp, [&](unsigned l) {
    T result = std::fma(product * operandOf<T>(a, l, ftz), operandOf<T>(b, l, ftz), addend * operandOf<T>(c, l, ftz));
    to[l] = toLane<T>(resultOf(result, i.flags));
  });
}

/// Turns a bare addition of a bare product into one instruction.
bool contract(Decoder &d, ScalarType type, bool subtract) {
  for (unsigned s = 1; s <= 2; ++s) {
    const ProgramBuilder::BareProduct *product = d.builder.productIn(d.out.slots[s]);
    if (!product || product->ftz != ((d.out.flags & FlushSubnormals) != 0))
      continue;
    Slot addend = d.out.slots[3 - s];
    if (subtract)
      d.out.flags |= s == 1 ? NegateAddend : NegateProduct;
    d.out.slots[1] = product->a;
    d.out.slots[2] = product->b;
    d.out.slots[3] = addend;
    ++d.builder.program().contracted;
    return install(d, type.bits == 32 ? contractedAdd<float> : contractedAdd<double>);
  }
  return false;
}

template <typename Op, bool subtract> bool decodeSum(Decoder &d) {
  if (!isFloat(d))
    return false;
  bool rounded = takeRounding(d);
  ScalarType type = takeFloat(d);
  takeOperands(d, type, 2);
  if (!rounded && contract(d, type, subtract))
    return true;
  return install(d, handlerOf<Op, 2>(type, d.out.flags));
}

bool decodeMul(Decoder &d) {
  if (!isFloat(d))
    return false;
  bool rounded = takeRounding(d);
  ScalarType type = takeFloat(d);
  takeOperands(d, type, 2);
  const Slot *slots = d.out.slots;
  bool keepsOperands = slots[0].key() != slots[1].key() && slots[0].key() != slots[2].key();
  if (!rounded && !(d.out.flags & Saturate) && keepsOperands)
    d.builder.rememberProduct(slots[0], {slots[1], slots[2], (d.out.flags & FlushSubnormals) != 0});
  return install(d, handlerOf<Mul, 2>(type, d.out.flags));
}

bool decodeFma(Decoder &d) {
  if (!isFloat(d))
    return false;
  if (!takeRounding(d))
    d.fail("a rounding modifier is missing");
  ScalarType type = takeFloat(d);
  takeOperands(d, type, 3);
  return install(d, handlerOf<Fma, 3>(type, d.out.flags));
}

bool isApproximate(const Decoder &d) { return d.hasModifier("approx") || d.hasModifier("full"); }

template <typename Op, unsigned sources> bool decodeRounded(Decoder &d) {
  if (!isFloat(d) || isApproximate(d))
    return false;
  if (!takeRounding(d))
    d.fail("a rounding modifier is missing");
  takeFlush(d);
  ScalarType type = d.takeType();
  if (type.bits == 64 && (d.out.flags & FlushSubnormals))
    d.fail(".ftz is for .f32");
  takeOperands(d, type, sources);
  return install(d, handlerOf<Op, sources>(type, d.out.flags));
}

template <typename T> void extremumOf(Warp &warp, const Instruction &i) {
  const LaneOf<T> *a = warp.lanes<T>(i.slots[1]), *b = warp.lanes<T>(i.slots[2]), *c = warp.lanes<T>(i.slots[3]);
  bool ftz = i.flags & FlushSubnormals, three = i.count == 3;
  LaneOf<T> *to = warp.lanes<T>(i.slots[0]);
  forEachActive(warp, [&](unsigned l) {
    T result = extremum(operandOf<T>(a, l, ftz), operandOf<T>(b, l, ftz), i.flags);
    if (three)
      result = extremum(result, operandOf<T>(c, l, ftz), i.flags);
    to[l] = toLane<T>(result);
  });
}

bool decodeExtremum(Decoder &d) {
  if (!isFloat(d))
    return false;
  takeExtremum(d);
  ScalarType type = d.takeType();
  unsigned sources = d.operandCount() == 4 ? 3 : 2;
  takeOperands(d, type, sources);
  d.out.count = sources;
  if (sources == 2)
    d.out.slots[3] = d.out.slots[2];
  return install(d, type.bits == 32 ? extremumOf<float> : extremumOf<double>);
}

struct Neg {
  template <typename T> static T apply(T a) { return -a; }
};
struct Abs {
  template <typename T> static T apply(T a) { return std::fabs(a); }
};

template <typename Op, bool ftz> struct SignChange {
  template <typename T> static T apply(T a) { return Op::apply(ftz ? flush(a) : a); }
};

template <typename Op> bool decodeSign(Decoder &d) {
  if (!isFloat(d))
    return false;
  bool ftz = d.take("ftz");
  ScalarType type = d.takeType();
  takeOperands(d, type, 1);
  if (type.bits == 64)
    return install(d, unary<SignChange<Op, false>, double>);
  return install(d, ftz ? unary<SignChange<Op, true>, float> : unary<SignChange<Op, false>, float>);
}

/// PTX: the sign of a with the magnitude of b.
struct CopySign {
  template <typename T> static T apply(T a, T b) { return std::copysign(b, a); }
};

bool decodeCopySign(Decoder &d) {
  if (!isFloat(d))
    return false;
  ScalarType type = d.takeType();
  takeOperands(d, type, 2);
  return install(d, type.bits == 32 ? binary<CopySign, float> : binary<CopySign, double>);
}

enum Property { Finite, Infinite, Number, NotANumber, Normal, Subnormal };

template <typename T> void testProperty(Warp &warp, const Instruction &i) {
  const LaneOf<T> *a = warp.lanes<T>(i.slots[1]);
  uint32_t result = 0;
  for (unsigned l = 0; l < warpSize; ++l) {
    int kind = std::fpclassify(fromLane<T>(a[l]));
    bool holds = i.flags == Finite       ? kind != FP_NAN && kind != FP_INFINITE
                 : i.flags == Infinite   ? kind == FP_INFINITE
                 : i.flags == Number     ? kind != FP_NAN
                 : i.flags == NotANumber ? kind == FP_NAN
                 : i.flags == Normal     ? kind == FP_NORMAL || kind == FP_ZERO
                                         : kind == FP_SUBNORMAL;
    result |= uint32_t(holds) << l;
  }
  warp.setPredicate(i.slots[0], result);
}

bool decodeTestProperty(Decoder &d) {
  int property = d.takeOneOf({"finite", "infinite", "number", "notanumber", "normal", "subnormal"});
  ScalarType type = d.takeType();
  d.finish(2);
  if (property < 0 || !type.isFloat())
    d.fail("expected a property, and .f32 or .f64");
  d.out.flags = property;
  d.out.slots[0] = d.predicate(d.operand(0));
  d.out.slots[1] = d.source(1, type);
  return install(d, type.bits == 32 ? testProperty<float> : testProperty<double>);
}

// Pairs of f32 in a 64-bit register.

template <typename Op, unsigned sources> void paired(Warp &warp, const Instruction &i) {
  RoundingScope scope(static_cast<Rounding>(i.flags & RoundingMask));
  bool ftz = i.flags & FlushSubnormals;
  forEachActive(warp, [&](unsigned l) {
    auto at = [&](unsigned source, unsigned half) {
      return operandOf<float>(warp.row(i.slots[source]), 2 * l + half, ftz);
    };
    uint32_t results[2];
    for (unsigned half = 0; half < 2; ++half) {
      float result;
      if constexpr (sources == 2)
        result = Op::apply(at(1, half), at(2, half));
      else
        result = Op::apply(at(1, half), at(2, half), at(3, half));
      results[half] = bitsOf(resultOf(result, i.flags));
    }
    warp.lanes<uint64_t>(i.slots[0])[l] = results[0] | uint64_t(results[1]) << 32;
  });
}

template <typename Op, unsigned sources> bool decodePaired(Decoder &d) {
  std::optional<ScalarType> type = d.lastType();
  if (!type || type->kind != TypeKind::Float || type->bits != 64 || type->lanes != 2)
    return false;
  if (!takeRounding(d) && sources == 3)
    d.fail("a rounding modifier is missing");
  takeFlush(d);
  takeOperands(d, d.takeType(), sources);
  return install(d, paired<Op, sources>);
}

} // namespace

void addFloatDecoders(DecoderTable &table) {
  table.add("add", decodeSum<Add, false>);
  table.add("sub", decodeSum<Sub, true>);
  table.add("mul", decodeMul);
  table.add("fma", decodeFma);
  table.add("mad", decodeFma);
  table.add("div", decodeRounded<Div, 2>);
  table.add("rcp", decodeRounded<Rcp, 1>);
  table.add("sqrt", decodeRounded<Sqrt, 1>);
  table.add("min", decodeExtremum);
  table.add("max", decodeExtremum);
  table.add("neg", decodeSign<Neg>);
  table.add("abs", decodeSign<Abs>);
  table.add("copysign", decodeCopySign);
  table.add("testp", decodeTestProperty);
  table.add("add", decodePaired<Add, 2>);
  table.add("sub", decodePaired<Sub, 2>);
  table.add("mul", decodePaired<Mul, 2>);
  table.add("fma", decodePaired<Fma, 3>);
}

} // namespace softgpu
