//===- Bits.cpp - operations on bits --------------------------------------===//
//
// and, or, xor, not, cnot, lop3, shl, shr, shf, bfe, bfi, bfind, brev, clz, popc, fns, prmt, bmsk, szext.
//
//===----------------------------------------------------------------------===//

#include "Select.h"

namespace softgpu {
namespace {

struct And {
  template <typename T> static T apply(T a, T b) { return a & b; }
};
struct Or {
  template <typename T> static T apply(T a, T b) { return a | b; }
};
struct Xor {
  template <typename T> static T apply(T a, T b) { return a ^ b; }
};
struct Not {
  template <typename T> static T apply(T a) { return ~a; }
};
struct CNot {
  template <typename T> static T apply(T a) { return a == 0; }
};
struct Shl {
  template <typename T> static T apply(T a, uint32_t b) { return b < 8 * sizeof(T) ? uint64_t(a) << b : 0; }
};
struct Shr {
  template <typename T> static T apply(T a, uint32_t b) {
    return b < 8 * sizeof(T) ? a >> b : std::is_signed_v<T> && a < 0 ? T(-1) : T(0);
  }
};
struct Popc {
  template <typename T> static uint32_t apply(T a) { return __builtin_popcountll(a); }
};
struct Clz {
  template <typename T> static uint32_t apply(T a) {
    return a ? __builtin_clzll(a) - (64 - 8 * sizeof(T)) : 8 * sizeof(T);
  }
};
struct Brev {
  template <typename T> static T apply(T a) {
    T result = 0;
    for (unsigned i = 0; i < 8 * sizeof(T); ++i)
      result |= ((a >> i) & T(1)) << (8 * sizeof(T) - 1 - i);
    return result;
  }
};
template <bool shiftAmount> struct Bfind {
  template <typename T> static uint32_t apply(T a) {
    std::make_unsigned_t<T> bits = a < 0 ? ~a : a;
    if (!bits)
      return ~0u;
    uint32_t top = 63 - __builtin_clzll(bits);
    return shiftAmount ? 8 * sizeof(T) - 1 - top : top;
  }
};

bool decodeLogic(Decoder &d) {
  ScalarType type = d.takeType();
  const std::string &name = d.statement.name;
  if (type.isInteger() || type.isFloat())
    d.fail("the type must be .pred or .b16, .b32, .b64");
  takeOperands(d, type, 2);
  if (type.isPredicate()) {
    d.out.flags = name == "and" ? 0 : name == "or" ? 1 : 2;
    return install(d, [](Warp &warp, const Instruction &i) {
      uint32_t a = warp.predicate(i.slots[1]), b = warp.predicate(i.slots[2]);
      warp.setPredicate(i.slots[0], i.flags == 0 ? a & b : i.flags == 1 ? a | b : a ^ b);
    });
  }
  return install(d, name == "and"  ? binaryInteger<And>(type)
                    : name == "or" ? binaryInteger<Or>(type)
                                   : binaryInteger<Xor>(type));
}

bool decodeNot(Decoder &d) {
  ScalarType type = d.takeType();
  takeOperands(d, type, 1);
  if (type.isPredicate())
    return install(
        d, [](Warp &warp, const Instruction &i) { warp.setPredicate(i.slots[0], ~warp.predicate(i.slots[1])); });
  return install(d, unaryInteger<Not>(type));
}

bool decodeCNot(Decoder &d) {
  ScalarType type = d.takeType();
  takeOperands(d, type, 1);
  return install(d, unaryInteger<CNot>(type));
}

template <typename Op> bool decodeShift(Decoder &d) {
  ScalarType type = d.takeType();
  d.finish(3);
  d.out.slots[0] = d.destination(0, type);
  d.out.slots[1] = d.source(1, type);
  d.out.slots[2] = d.source(2, {TypeKind::Unsigned, 1, 32});
  return install(
      d, forInteger(type, [](auto tag) -> Handler { return binaryMixed<Op, typename decltype(tag)::type, uint32_t>; }));
}

template <typename Op> bool decodeCount(Decoder &d) {
  ScalarType type = d.takeType();
  d.finish(2);
  d.out.slots[0] = d.destination(0, {TypeKind::Unsigned, 1, 32});
  d.out.slots[1] = d.source(1, type);
  if (type.bits < 32)
    d.fail("the type must have 32 or 64 bits");
  return install(
      d, forInteger(type, [](auto tag) -> Handler { return unary<Op, typename decltype(tag)::type, uint32_t>; }));
}

bool decodeBfind(Decoder &d) { return d.take("shiftamt") ? decodeCount<Bfind<true>>(d) : decodeCount<Bfind<false>>(d); }

bool decodeBrev(Decoder &d) {
  ScalarType type = d.takeType();
  takeOperands(d, type, 1);
  return install(d, forBits(type, [](auto tag) -> Handler { return unary<Brev, typename decltype(tag)::type>; }));
}

template <typename T> void bitFieldExtract(Warp &warp, const Instruction &i) {
  const auto *a = warp.lanes<T>(i.slots[1]);
  const uint32_t *b = warp.lanes<uint32_t>(i.slots[2]), *c = warp.lanes<uint32_t>(i.slots[3]);
  storeLanes<T>(warp, i.slots[0], [=](unsigned l) -> T {
    constexpr uint32_t top = 8 * sizeof(T) - 1;
    T value = fromLane<T>(a[l]);
    uint32_t position = b[l] & 0xff, length = c[l] & 0xff;
    bool sign = std::is_signed_v<T> && length && (uint64_t(value) >> std::min(position + length - 1, top) & 1);
    uint64_t result = 0;
    for (uint32_t bit = 0; bit <= top; ++bit) {
      bool set = bit < length && position + bit <= top ? uint64_t(value) >> (position + bit) & 1 : sign;
      result |= uint64_t(set) << bit;
    }
    return static_cast<T>(result);
  });
}

bool decodeBfe(Decoder &d) {
  ScalarType type = d.takeType();
  d.finish(4);
  d.out.slots[0] = d.destination(0, type);
  d.out.slots[1] = d.source(1, type);
  d.out.slots[2] = d.source(2, {TypeKind::Unsigned, 1, 32});
  d.out.slots[3] = d.source(3, {TypeKind::Unsigned, 1, 32});
  if (type.bits < 32)
    d.fail("the type must have 32 or 64 bits");
  return install(d,
                 forInteger(type, [](auto tag) -> Handler { return bitFieldExtract<typename decltype(tag)::type>; }));
}

template <typename T> void bitFieldInsert(Warp &warp, const Instruction &i) {
  const auto *a = warp.lanes<T>(i.slots[1]), *b = warp.lanes<T>(i.slots[2]);
  const uint32_t *c = warp.lanes<uint32_t>(i.slots[3]), *e = warp.lanes<uint32_t>(i.slots[4]);
  storeLanes<T>(warp, i.slots[0], [=](unsigned l) -> T {
    uint32_t position = c[l] & 0xff, length = e[l] & 0xff, bits = 8 * sizeof(T);
    T result = b[l];
    for (uint32_t bit = 0; bit < length && position + bit < bits; ++bit) {
      T place = T(1) << (position + bit);
      result = (a[l] >> std::min(bit, bits - 1) & 1) ? result | place : result & ~place;
    }
    return result;
  });
}

bool decodeBfi(Decoder &d) {
  ScalarType type = d.takeType();
  d.finish(5);
  d.out.slots[0] = d.destination(0, type);
  d.out.slots[1] = d.source(1, type);
  d.out.slots[2] = d.source(2, type);
  d.out.slots[3] = d.source(3, {TypeKind::Unsigned, 1, 32});
  d.out.slots[4] = d.source(4, {TypeKind::Unsigned, 1, 32});
  return install(d, type.bits == 32   ? bitFieldInsert<uint32_t>
                    : type.bits == 64 ? Handler(bitFieldInsert<uint64_t>)
                                      : nullptr);
}

void lop3(Warp &warp, const Instruction &i) {
  const uint32_t *a = warp.lanes<uint32_t>(i.slots[1]), *b = warp.lanes<uint32_t>(i.slots[2]),
                 *c = warp.lanes<uint32_t>(i.slots[3]);
  uint32_t table = i.immediate;
  storeLanes<uint32_t>(warp, i.slots[0], [=](unsigned l) {
    uint32_t result = 0;
    for (unsigned row = 0; row < 8; ++row)
      if (table >> row & 1)
        result |= (row & 4 ? a[l] : ~a[l]) & (row & 2 ? b[l] : ~b[l]) & (row & 1 ? c[l] : ~c[l]);
    return result;
  });
}

bool decodeLop3(Decoder &d) {
  ScalarType type = d.takeType();
  d.finish(5);
  for (unsigned s = 0; s < 4; ++s)
    d.out.slots[s] = s == 0 ? d.destination(0, type) : d.source(s, type);
  d.out.immediate = d.integer(4);
  return install(d, type.bits == 32 ? lop3 : nullptr);
}

template <bool left, bool wrap> struct Funnel {
  static uint32_t apply(uint32_t a, uint32_t b, uint32_t c) {
    uint32_t n = wrap ? c & 31 : std::min(c, 32u);
    uint64_t both = uint64_t(b) << 32 | a;
    return left ? (both << n) >> 32 : both >> n;
  }
};

bool decodeFunnel(Decoder &d) {
  int direction = d.takeOneOf({"l", "r"}), mode = d.takeOneOf({"wrap", "clamp"});
  ScalarType type = d.takeType();
  takeOperands(d, type, 3);
  if (direction < 0 || mode < 0 || type.bits != 32)
    d.fail("expected .l or .r, .wrap or .clamp, and .b32");
  static const Handler handlers[2][2] = {
      {ternary<Funnel<true, true>, uint32_t>, ternary<Funnel<true, false>, uint32_t>},
      {ternary<Funnel<false, true>, uint32_t>, ternary<Funnel<false, false>, uint32_t>}};
  return install(d, handlers[direction][mode]);
}

uint32_t permuteByte(uint64_t both, uint32_t selector) {
  uint32_t byte = both >> 8 * (selector & 7) & 0xff;
  return selector & 8 ? (byte & 0x80 ? 0xff : 0) : byte;
}

/// The selector of byte `n` of the result in mode `mode` (1: f4e, ...), from the two low bits of c.
uint32_t modeSelector(unsigned mode, uint32_t c, unsigned n) {
  uint32_t k = c & 3;
  switch (mode) {
  case 1:
    return k + n; // f4e
  case 2:
    return (k + 8 - n) & 7; // b4e
  case 3:
    return k; // rc8
  case 4:
    return std::max<uint32_t>(n, k); // ecl
  case 5:
    return std::min<uint32_t>(n, k); // ecr
  default:
    return (k & 1) * 2 + (n & 1); // rc16
  }
}

void permute(Warp &warp, const Instruction &i) {
  const uint32_t *a = warp.lanes<uint32_t>(i.slots[1]), *b = warp.lanes<uint32_t>(i.slots[2]),
                 *c = warp.lanes<uint32_t>(i.slots[3]);
  unsigned mode = i.flags;
  storeLanes<uint32_t>(warp, i.slots[0], [=](unsigned l) {
    uint64_t both = uint64_t(b[l]) << 32 | a[l];
    uint32_t result = 0;
    for (unsigned n = 0; n < 4; ++n)
      result |= permuteByte(both, mode == 0 ? c[l] >> 4 * n : modeSelector(mode, c[l], n)) << 8 * n;
    return result;
  });
}

bool decodePermute(Decoder &d) {
  ScalarType type = d.takeType();
  d.out.flags = d.takeOneOf({"f4e", "b4e", "rc8", "ecl", "ecr", "rc16"}) + 1;
  takeOperands(d, type, 3);
  return install(d, type.bits == 32 ? permute : nullptr);
}

template <bool clamp> struct BitMask {
  static uint32_t apply(uint32_t a, uint32_t b) {
    uint32_t start = clamp ? std::min(a, 32u) : a & 31, count = clamp ? std::min(b, 32u) : b & 31;
    return static_cast<uint32_t>(((uint64_t(1) << count) - 1) << start);
  }
};

bool decodeBitMask(Decoder &d) {
  int mode = d.takeOneOf({"clamp", "wrap"});
  ScalarType type = d.takeType();
  takeOperands(d, type, 2);
  if (mode < 0 || type.bits != 32)
    d.fail("expected .clamp or .wrap, and .b32");
  return install(d, mode == 0 ? binary<BitMask<true>, uint32_t> : binary<BitMask<false>, uint32_t>);
}

} // namespace

void addBitDecoders(DecoderTable &table) {
  for (const char *name : {"and", "or", "xor"})
    table.add(name, decodeLogic);
  table.add("not", decodeNot);
  table.add("cnot", decodeCNot);
  table.add("shl", decodeShift<Shl>);
  table.add("shr", decodeShift<Shr>);
  table.add("popc", decodeCount<Popc>);
  table.add("clz", decodeCount<Clz>);
  table.add("bfind", decodeBfind);
  table.add("brev", decodeBrev);
  table.add("bfe", decodeBfe);
  table.add("bfi", decodeBfi);
  table.add("lop3", decodeLop3);
  table.add("shf", decodeFunnel);
  table.add("prmt", decodePermute);
  table.add("bmsk", decodeBitMask);
}

} // namespace softgpu
