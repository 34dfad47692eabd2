//===- Integer.cpp - integer arithmetic -----------------------------------===//
//
// add, sub, mul, mad, mul24, mad24, sad, div, rem, abs, neg, min, max, add.cc and its kin, dp4a, dp2a.
//
//===----------------------------------------------------------------------===//

#include "Select.h"

namespace softgpu {
namespace {

template <typename T> using Unsigned = std::make_unsigned_t<T>;
template <typename T> struct WiderOf;
template <> struct WiderOf<uint16_t> {
  using type = uint32_t;
};
template <> struct WiderOf<int16_t> {
  using type = int32_t;
};
template <> struct WiderOf<uint32_t> {
  using type = uint64_t;
};
template <> struct WiderOf<int32_t> {
  using type = int64_t;
};
template <> struct WiderOf<uint64_t> {
  using type = unsigned __int128;
};
template <> struct WiderOf<int64_t> {
  using type = __int128;
};
template <typename T> using Wider = typename WiderOf<T>::type;

// 16-bit operands are promoted to int, whose multiplication could overflow: hence the 64 bits.
struct Add {
  template <typename T> static T apply(T a, T b) { return Unsigned<T>(a) + Unsigned<T>(b); }
};
struct Sub {
  template <typename T> static T apply(T a, T b) { return Unsigned<T>(a) - Unsigned<T>(b); }
};
struct MulLo {
  template <typename T> static T apply(T a, T b) { return uint64_t(a) * uint64_t(b); }
};
struct MulHi {
  template <typename T> static T apply(T a, T b) { return (Wider<T>(a) * Wider<T>(b)) >> (8 * sizeof(T)); }
};
struct MulWide {
  template <typename T> static Wider<T> apply(T a, T b) { return Wider<T>(a) * Wider<T>(b); }
};
struct MadLo {
  template <typename T> static T apply(T a, T b, T c) { return uint64_t(a) * uint64_t(b) + uint64_t(c); }
};
struct MadHi {
  template <typename T> static T apply(T a, T b, T c) { return uint64_t(MulHi::apply(a, b)) + uint64_t(c); }
};
struct MadWide {
  template <typename T> static Wider<T> apply(T a, T b, Wider<T> c) {
    return uint64_t(Wider<T>(a) * Wider<T>(b)) + uint64_t(c);
  }
};
struct Sad {
  template <typename T> static T apply(T a, T b, T c) {
    return uint64_t(c) + (a < b ? uint64_t(b) - uint64_t(a) : uint64_t(a) - uint64_t(b));
  }
};
// Division by zero is unspecified in PTX; devices give all ones.
struct Div {
  template <typename T> static T apply(T a, T b) {
    return b == 0 ? T(-1) : std::is_signed_v<T> && b == T(-1) ? Sub::apply(T(0), a) : T(a / b);
  }
};
struct Rem {
  template <typename T> static T apply(T a, T b) {
    return b == 0 ? a : std::is_signed_v<T> && b == T(-1) ? T(0) : T(a % b);
  }
};
struct Abs {
  template <typename T> static T apply(T a) { return a < 0 ? Sub::apply(T(0), a) : a; }
};
struct Neg {
  template <typename T> static T apply(T a) { return Sub::apply(T(0), a); }
};
struct Min {
  template <typename T> static T apply(T a, T b) { return b < a ? b : a; }
};
struct Max {
  template <typename T> static T apply(T a, T b) { return a < b ? b : a; }
};
struct AddSat {
  static int32_t apply(int32_t a, int32_t b) {
    int64_t sum = int64_t(a) + b;
    return sum > INT32_MAX ? INT32_MAX : sum < INT32_MIN ? INT32_MIN : sum;
  }
};
struct SubSat {
  static int32_t apply(int32_t a, int32_t b) {
    int64_t difference = int64_t(a) - b;
    return difference > INT32_MAX ? INT32_MAX : difference < INT32_MIN ? INT32_MIN : difference;
  }
};
struct MadHiSat {
  static int32_t apply(int32_t a, int32_t b, int32_t c) { return AddSat::apply(MulHi::apply(a, b), c); }
};
struct ReluMin {
  static int32_t apply(int32_t a, int32_t b) { return std::max(0, std::min(a, b)); }
};
struct ReluMax {
  static int32_t apply(int32_t a, int32_t b) { return std::max(0, std::max(a, b)); }
};
template <typename A> A signed24(A a) { return std::is_signed_v<A> ? A(Unsigned<A>(a) << 8) >> 8 : A(a & 0xffffff); }
struct Mul24Lo {
  template <typename T> static T apply(T a, T b) { return uint64_t(int64_t(signed24(a)) * int64_t(signed24(b))); }
};
struct Mul24Hi {
  template <typename T> static T apply(T a, T b) { return (int64_t(signed24(a)) * int64_t(signed24(b))) >> 16; }
};
struct Mad24Lo {
  template <typename T> static T apply(T a, T b, T c) { return Add::apply(Mul24Lo::apply(a, b), c); }
};
struct Mad24Hi {
  template <typename T> static T apply(T a, T b, T c) { return Add::apply(Mul24Hi::apply(a, b), c); }
};

template <typename Op, typename Saturating> bool decodeSum(Decoder &d) {
  if (!isPlainInteger(d) || d.hasModifier("cc"))
    return false;
  bool saturate = d.take("sat");
  ScalarType type = d.takeType();
  takeOperands(d, type, 2);
  if (saturate && !(type.isSigned() && type.bits == 32))
    d.fail(".sat is for .s32");
  return install(d, saturate ? binary<Saturating, int32_t> : binaryInteger<Op>(type));
}

template <typename Op> bool decodeBinary(Decoder &d) {
  if (!isPlainInteger(d))
    return false;
  ScalarType type = d.takeType();
  takeOperands(d, type, 2);
  return install(d, binaryInteger<Op>(type));
}

template <typename Op, typename Relu> bool decodeExtremum(Decoder &d) {
  if (!isPlainInteger(d))
    return false;
  bool relu = d.take("relu");
  ScalarType type = d.takeType();
  takeOperands(d, type, 2);
  if (relu && !(type.isSigned() && type.bits == 32))
    d.fail(".relu is for .s32");
  return install(d, relu ? binary<Relu, int32_t> : binaryInteger<Op>(type));
}

template <typename Op> bool decodeSignedUnary(Decoder &d) {
  if (!isPlainInteger(d))
    return false;
  ScalarType type = d.takeType();
  if (!type.isSigned())
    d.fail("the type must be signed");
  takeOperands(d, type, 1);
  return install(d, unaryInteger<Op>(type));
}

ScalarType wider(ScalarType type) { return {type.kind, 1, static_cast<uint16_t>(type.bits * 2)}; }

bool decodeMul(Decoder &d) {
  if (!isPlainInteger(d))
    return false;
  int part = d.takeOneOf({"lo", "hi", "wide"});
  ScalarType type = d.takeType();
  if (part < 0)
    d.fail("expected .lo, .hi or .wide");
  if (part < 2) {
    takeOperands(d, type, 2);
    return install(d, part == 0 ? binaryInteger<MulLo>(type) : binaryInteger<MulHi>(type));
  }
  d.finish(3);
  d.out.slots[0] = d.destination(0, wider(type));
  d.out.slots[1] = d.source(1, type);
  d.out.slots[2] = d.source(2, type);
  Handler handler = type.bits == 64 ? nullptr : forInteger(type, [](auto tag) -> Handler {
    using T = typename decltype(tag)::type;
    if constexpr (sizeof(T) == 8)
      return nullptr;
    else
      return binary<MulWide, T, Wider<T>>;
  });
  return install(d, handler);
}

bool decodeMad(Decoder &d) {
  if (!isPlainInteger(d) || d.hasModifier("cc"))
    return false;
  int part = d.takeOneOf({"lo", "hi", "wide"});
  bool saturate = d.take("sat");
  ScalarType type = d.takeType();
  if (part < 0)
    d.fail("expected .lo, .hi or .wide");
  if (part < 2) {
    takeOperands(d, type, 3);
    if (saturate && !(part == 1 && type.isSigned() && type.bits == 32))
      d.fail(".sat is for .hi.s32");
    return install(d, saturate    ? ternary<MadHiSat, int32_t>
                      : part == 0 ? ternaryInteger<MadLo>(type)
                                  : ternaryInteger<MadHi>(type));
  }
  d.finish(4);
  d.out.slots[0] = d.destination(0, wider(type));
  d.out.slots[1] = d.source(1, type);
  d.out.slots[2] = d.source(2, type);
  d.out.slots[3] = d.source(3, wider(type));
  Handler handler = forInteger(type, [](auto tag) -> Handler {
    using T = typename decltype(tag)::type;
    if constexpr (sizeof(T) == 8)
      return nullptr;
    else
      return ternary<MadWide, T, Wider<T>>;
  });
  return install(d, handler);
}

template <typename Lo, typename Hi, unsigned sources> bool decode24(Decoder &d) {
  int part = d.takeOneOf({"lo", "hi"});
  ScalarType type = d.takeType();
  if (part < 0 || type.bits != 32 || !type.isInteger())
    d.fail("expected .lo or .hi, and .s32 or .u32");
  takeOperands(d, type, sources);
  if constexpr (sources == 2)
    return install(d, part == 0 ? binaryInteger<Lo>(type) : binaryInteger<Hi>(type));
  else
    return install(d, part == 0 ? ternaryInteger<Lo>(type) : ternaryInteger<Hi>(type));
}

bool decodeSad(Decoder &d) {
  if (!isPlainInteger(d))
    return false;
  ScalarType type = d.takeType();
  takeOperands(d, type, 3);
  return install(d, ternaryInteger<Sad>(type));
}

template <typename A, typename B> struct Dot4 {
  static uint32_t apply(uint32_t a, uint32_t b, uint32_t c) {
    for (unsigned i = 0; i < 32; i += 8)
      c += uint32_t(int32_t(A(a >> i)) * int32_t(B(b >> i)));
    return c;
  }
};
template <typename A, typename B, unsigned shift> struct Dot2 {
  static uint32_t apply(uint32_t a, uint32_t b, uint32_t c) {
    using A16 = std::conditional_t<std::is_signed_v<A>, int16_t, uint16_t>;
    for (unsigned i = 0; i < 2; ++i)
      c += uint32_t(int32_t(A16(a >> 16 * i)) * int32_t(B(b >> (shift + 8 * i))));
    return c;
  }
};

template <template <typename, typename> class Op> Handler dotOf(bool signedA, bool signedB) {
  return signedA   ? signedB ? ternary<Op<int8_t, int8_t>, uint32_t> : ternary<Op<int8_t, uint8_t>, uint32_t>
         : signedB ? ternary<Op<uint8_t, int8_t>, uint32_t>
                   : ternary<Op<uint8_t, uint8_t>, uint32_t>;
}
template <typename A, typename B> using Dot2Lo = Dot2<A, B, 0>;
template <typename A, typename B> using Dot2Hi = Dot2<A, B, 16>;

bool decodeDot(Decoder &d) {
  bool four = d.statement.name == "dp4a";
  int part = four ? 0 : d.takeOneOf({"lo", "hi"});
  ScalarType a = d.takeType(), b = d.takeType();
  if (part < 0 || a.bits != 32 || b.bits != 32 || !a.isInteger() || !b.isInteger())
    d.fail("expected two of .s32 and .u32");
  takeOperands(d, a, 3);
  return install(d, four        ? dotOf<Dot4>(a.isSigned(), b.isSigned())
                    : part == 0 ? dotOf<Dot2Lo>(a.isSigned(), b.isSigned())
                                : dotOf<Dot2Hi>(a.isSigned(), b.isSigned()));
}

} // namespace

void addIntegerDecoders(DecoderTable &table) {
  table.add("add", decodeSum<Add, AddSat>);
  table.add("sub", decodeSum<Sub, SubSat>);
  table.add("mul", decodeMul);
  table.add("mad", decodeMad);
  table.add("mul24", decode24<Mul24Lo, Mul24Hi, 2>);
  table.add("mad24", decode24<Mad24Lo, Mad24Hi, 3>);
  table.add("sad", decodeSad);
  table.add("div", decodeBinary<Div>);
  table.add("rem", decodeBinary<Rem>);
  table.add("min", decodeExtremum<Min, ReluMin>);
  table.add("max", decodeExtremum<Max, ReluMax>);
  table.add("abs", decodeSignedUnary<Abs>);
  table.add("neg", decodeSignedUnary<Neg>);
  table.add("dp4a", decodeDot);
  table.add("dp2a", decodeDot);
}

} // namespace softgpu
