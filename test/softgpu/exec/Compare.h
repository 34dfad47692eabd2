//===- Compare.h - what comparisons share -----------------------*- C++ -*-===//

#ifndef SOFTGPU_EXEC_COMPARE_H
#define SOFTGPU_EXEC_COMPARE_H

#include "FloatMath.h"

namespace softgpu {

/// As PTX names them.
enum Comparison : uint16_t { Eq, Ne, Lt, Le, Gt, Ge, Equ, Neu, Ltu, Leu, Gtu, Geu, Num, Nan };
/// Instruction::flags of comparisons: the comparison in the low 4 bits.
enum CompareFlags : uint16_t {
  BoolAnd = 16,
  BoolOr = 32,
  BoolXor = 48,
  BoolMask = 48,
  Flush = 64,
  NegateC = 128,
  FloatResult = 256
};

template <typename T> inline bool compare(unsigned comparison, T a, T b) {
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

/// `value` by the boolean operation with the predicate `with`, if there is one.
inline uint32_t combine(const Warp &warp, const Instruction &i, uint32_t value, Slot with) {
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

/// The comparison by name; .lo, .ls, .hi, .hs compare unsigned.
inline void takeComparison(Decoder &d, ScalarType type) {
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

/// Takes .and, .or or .xor into the flags.
inline void takeBoolean(Decoder &d) {
  int op = d.takeOneOf({"and", "or", "xor"});
  if (op >= 0)
    d.out.flags |= (op + 1) * BoolAnd;
}

/// The predicate that is combined.
inline void takeThird(Decoder &d, unsigned index, unsigned slot) {
  if (!(d.out.flags & BoolMask))
    return;
  d.out.slots[slot] = d.predicate(d.operand(index));
  if (d.operand(index).negated)
    d.out.flags |= NegateC;
}

/// The one or two predicates that setp writes, into the first two slots.
inline void takePredicates(Decoder &d) {
  const Operand &to = d.operand(0);
  if (to.kind == Operand::Pair) {
    for (unsigned i = 0; i < 2; ++i)
      d.out.slots[i] = to.parts[i].kind == Operand::Sink ? Slot() : d.predicate(to.parts[i]);
  } else if (to.kind != Operand::Sink) {
    d.out.slots[0] = d.predicate(to);
  }
}

} // namespace softgpu

#endif
