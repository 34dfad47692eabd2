//===- Convert.cpp - cvt --------------------------------------------------===//
//
// Between integers, f16, bf16, f32 and f64.
//
//===----------------------------------------------------------------------===//

#include "FloatMath.h"
#include "HalfFloat.h"

namespace softgpu {
namespace {

enum Flags : uint16_t { // beside FloatFlags
  ToIntegral = 64,      // .rni and its kin
  FromShift = 8,        // TypeCode, 4 bits
  ToShift = 12
};
enum TypeCode : uint16_t { U8, U16, U32, U64, S8, S16, S32, S64, F16, F32, F64, BF16 };

TypeCode codeOf(Decoder &d, ScalarType type) {
  if (type.kind == TypeKind::BFloat && type.lanes == 1)
    return BF16;
  if (type.lanes != 1 || type.isPredicate() || type.kind == TypeKind::Bits)
    d.fail("no such type for this instruction");
  unsigned size = type.bits == 8 ? 0 : type.bits == 16 ? 1 : type.bits == 32 ? 2 : 3;
  return static_cast<TypeCode>(size + (type.isFloat() ? 7 : type.isSigned() ? 4 : 0));
}

bool isFloatCode(unsigned code) { return code >= F16; }
unsigned bitsOfCode(unsigned code) {
  static constexpr unsigned bits[] = {8, 16, 32, 64, 8, 16, 32, 64, 16, 32, 64, 16};
  return bits[code];
}

/// Every float type fits a double exactly.
double readFloat(unsigned code, uint64_t bits, bool ftz) {
  switch (code) {
  case F16:
    return halfToFloat(bits);
  case BF16:
    return floatOf(static_cast<uint32_t>(bits) << 16);
  case F32:
    return ftz ? flush(floatOf(bits)) : floatOf(bits);
  default:
    return fromLane<double>(bits);
  }
}

uint64_t integerLane(unsigned code, uint64_t bits) {
  unsigned unused = 64 - bitsOfCode(code);
  return code >= S8 ? static_cast<uint64_t>(static_cast<int64_t>(bits << unused) >> unused) : bits << unused >> unused;
}

uint64_t writeFloat(unsigned code, double value, uint16_t flags) {
  if (flags & Saturate)
    value = saturate(value);
  switch (code) {
  case F16:
    return floatToHalf(value, static_cast<Rounding>(flags & RoundingMask));
  case BF16:
    return floatToBfloat(value, static_cast<Rounding>(flags & RoundingMask));
  case F32: {
    volatile double wide = value; // narrowed under the rounding mode
    float narrow = static_cast<float>(wide);
    return bitsOf(canonical(flags & FlushSubnormals ? flush(narrow) : narrow));
  }
  default:
    return toLane<double>(value);
  }
}

/// To an integer as PTX does it: clamped to the range, NaN gives 0 (the top bit alone for 64 bits).
uint64_t floatToInteger(unsigned code, double value) {
  unsigned bits = bitsOfCode(code);
  if (std::isnan(value))
    return bits == 64 ? 1ull << 63 : 0;
  value = std::nearbyint(value);
  bool isSigned = code >= S8;
  double limit = std::ldexp(1.0, isSigned ? bits - 1 : bits);
  uint64_t mask = bits == 64 ? ~0ull : (1ull << bits) - 1;
  if (value >= limit)
    return isSigned ? mask >> 1 : mask;
  if (value < (isSigned ? -limit : 0.0))
    return isSigned ? (mask >> 1) + 1 : 0;
  return isSigned ? static_cast<uint64_t>(static_cast<int64_t>(value)) & mask : static_cast<uint64_t>(value);
}

uint64_t saturateInteger(unsigned to, unsigned from, uint64_t value) {
  unsigned bits = bitsOfCode(to);
  bool fromSigned = from >= S8, toSigned = to >= S8;
  bool negative = fromSigned && static_cast<int64_t>(value) < 0;
  uint64_t top = toSigned ? (1ull << (bits - 1)) - 1 : bits == 64 ? ~0ull : (1ull << bits) - 1;
  if (negative) {
    if (!toSigned)
      return 0;
    int64_t bottom = -static_cast<int64_t>(top) - 1;
    return static_cast<int64_t>(value) < bottom ? static_cast<uint64_t>(bottom) : value;
  }
  return std::min(value, top);
}

uint64_t convertOne(unsigned to, unsigned from, uint64_t bits, uint16_t flags) {
  if (!isFloatCode(from)) {
    uint64_t value = integerLane(from, bits);
    if (!isFloatCode(to))
      return flags & Saturate ? saturateInteger(to, from, value) : value;
    volatile uint64_t held = value; // converted under the rounding mode
    if (to == F64)
      return toLane<double>(from >= S8 ? static_cast<double>(static_cast<int64_t>(held)) : static_cast<double>(held));
    if (to == F32) {
      float narrow = from >= S8 ? static_cast<float>(static_cast<int64_t>(held)) : static_cast<float>(held);
      return bitsOf(flags & Saturate ? saturate(narrow) : narrow);
    }
    return writeFloat(to, from >= S8 ? static_cast<double>(static_cast<int64_t>(held)) : static_cast<double>(held),
                      flags);
  }
  double value = readFloat(from, bits, flags & FlushSubnormals);
  if (!isFloatCode(to))
    return floatToInteger(to, value);
  volatile double held = value;
  if (flags & ToIntegral)
    held = std::nearbyint(held);
  return writeFloat(to, held, flags);
}

void convert(Warp &warp, const Instruction &i) {
  unsigned from = i.flags >> FromShift & 15, to = i.flags >> ToShift & 15;
  bool wideFrom = i.count & 1, wideTo = i.count & 2;
  RoundingScope scope(static_cast<Rounding>(i.flags & RoundingMask));
  forEachActive(warp, [&](unsigned l) {
    uint64_t bits = wideFrom ? warp.lanes<uint64_t>(i.slots[1])[l] : warp.lanes<uint32_t>(i.slots[1])[l];
    uint64_t result = convertOne(to, from, bits, i.flags);
    // A narrow result fills a wider register by its sign.
    if (!isFloatCode(to))
      result = integerLane(to, result);
    if (wideTo)
      warp.lanes<uint64_t>(i.slots[0])[l] = result;
    else
      warp.lanes<uint32_t>(i.slots[0])[l] = static_cast<uint32_t>(result);
  });
}

/// cvt.rn.f16x2.f32 d, a, b: a in the upper half.
void convertPair(Warp &warp, const Instruction &i) {
  RoundingScope scope(static_cast<Rounding>(i.flags & RoundingMask));
  unsigned to = i.flags >> ToShift & 15;
  bool relu = i.count;
  forEachActive(warp, [&](unsigned l) {
    auto half = [&](Slot slot) {
      double value = floatOf(warp.lanes<uint32_t>(slot)[l]);
      return writeFloat(to, relu && value < 0 ? 0.0 : value, i.flags);
    };
    warp.lanes<uint32_t>(i.slots[0])[l] = static_cast<uint32_t>(half(i.slots[1]) << 16 | half(i.slots[2]));
  });
}

bool decodeConvert(Decoder &d) {
  bool integral = false, rounded = takeRounding(d);
  if (!rounded) {
    int mode = d.takeOneOf({"rni", "rzi", "rmi", "rpi"});
    integral = rounded = mode >= 0;
    d.out.flags |= std::max(mode, 0);
  }
  takeFlush(d);
  if (d.take("sat"))
    d.out.flags |= Saturate;
  bool relu = d.take("relu");
  ScalarType to = d.takeType(), from = d.takeType();
  if (to.lanes == 2 && to.isFloat() && from == ScalarType{TypeKind::Float, 1, 32}) {
    d.finish(3);
    d.out.slots[0] = d.destination(0, to);
    d.out.slots[1] = d.source(1, from);
    d.out.slots[2] = d.source(2, from);
    d.out.flags |= (to.kind == TypeKind::BFloat ? BF16 : F16) << ToShift;
    d.out.count = relu;
    return install(d, convertPair);
  }
  if (relu)
    d.fail("unknown modifier '.relu'");
  d.finish(2);
  TypeCode toCode = codeOf(d, to), fromCode = codeOf(d, from);
  bool toFloat = to.isFloat(), fromFloat = from.isFloat();
  bool inexact = (!fromFloat && toFloat) || (fromFloat && toFloat && to.bits < from.bits);
  if (inexact && (!rounded || integral))
    d.fail("a rounding modifier is missing");
  if (fromFloat && !toFloat && !integral)
    d.fail("an integer rounding modifier is missing");
  if (!fromFloat && !toFloat && rounded)
    d.fail("a rounding modifier between integers");
  if (fromFloat && toFloat && to.bits >= from.bits && rounded && !integral && to.bits != from.bits)
    d.fail("a rounding modifier on an exact conversion");
  if (integral && toFloat)
    d.out.flags |= ToIntegral;
  d.out.flags |= fromCode << FromShift | toCode << ToShift;
  d.out.slots[0] = d.destination(d.operand(0), to, true);
  d.out.slots[1] = d.source(d.operand(1), from, true);
  bool wideFrom = d.operand(1).kind == Operand::Reg ? d.isWide(d.operand(1)) : from.bits == 64;
  d.out.count = (wideFrom ? 1 : 0) | (d.isWide(d.operand(0)) ? 2 : 0);
  return install(d, convert);
}

} // namespace

void addConvertDecoders(DecoderTable &table) { table.add("cvt", decodeConvert); }

} // namespace softgpu
