//===- FloatMath.h - floats beyond IEEE 754 ---------------------*- C++ -*-===//
//
// What PTX says of flushing, saturation, the canonical NaN and rounding modes.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_EXEC_FLOATMATH_H
#define SOFTGPU_EXEC_FLOATMATH_H

#include "Select.h"

#include <cfenv>
#include <cmath>

namespace softgpu {

enum class Rounding : uint8_t { NearestEven = 0, Zero = 1, Down = 2, Up = 3 };

/// Instruction::flags of the floating-point handlers.
enum FloatFlags : uint16_t {
  RoundingMask = 3,
  FlushSubnormals = 4,
  Saturate = 8,
  NegateProduct = 16, // of a contracted addition
  NegateAddend = 32
};

inline int hostRounding(Rounding mode) {
  static constexpr int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};
  return modes[static_cast<unsigned>(mode)];
}

/// Sets the rounding mode while it lives. What is rounded must be loaded from memory and stored meanwhile: compilers do
/// not move that across the calls.
class RoundingScope {
public:
  explicit RoundingScope(Rounding mode) : changed(mode != Rounding::NearestEven) {
    if (changed)
      std::fesetround(hostRounding(mode));
  }
  ~RoundingScope() {
    if (changed)
      std::fesetround(FE_TONEAREST);
  }
  RoundingScope(const RoundingScope &) = delete;
  RoundingScope &operator=(const RoundingScope &) = delete;

private:
  bool changed;
};

inline float floatOf(uint32_t bits) { return fromLane<float>(bits); }
inline uint32_t bitsOf(float value) { return toLane<float>(value); }

/// Single-precision instructions give this NaN and no other.
inline float canonical(float value) { return value == value ? value : floatOf(0x7fffffff); }
/// Double-precision ones keep payloads.
inline double canonical(double value) { return value; }

template <typename T> inline T flush(T value) {
  T tiny = sizeof(T) == 4 ? T(1.17549435e-38f) : T(2.2250738585072014e-308);
  return std::fabs(value) < tiny ? std::copysign(T(0), value) : value;
}

/// .sat: into [0, 1], NaN becomes +0.
template <typename T> inline T saturate(T value) { return !(value > T(0)) ? T(0) : value > T(1) ? T(1) : value; }

/// Instruction::flags of min and max, beside FlushSubnormals.
enum ExtremumFlags : uint16_t { IsMax = 64, KeepNaN = 128, XorSignAbs = 256 };

/// The less or the greater; of a number and NaN the number, unless NaN is kept.
template <typename T> inline T extremum(T a, T b, uint16_t flags) {
  bool negative = std::signbit(a) != std::signbit(b);
  if (flags & XorSignAbs)
    a = std::fabs(a), b = std::fabs(b);
  T result;
  if (std::isnan(a) || std::isnan(b))
    result = (flags & KeepNaN) || (std::isnan(a) && std::isnan(b)) ? std::numeric_limits<T>::quiet_NaN()
             : std::isnan(a)                                       ? b
                                                                   : a;
  else if (a == b) // -0 is less than +0
    result = std::signbit(a) == ((flags & IsMax) != 0) ? b : a;
  else
    result = (a < b) == ((flags & IsMax) != 0) ? b : a;
  if (flags & XorSignAbs)
    result = negative ? -result : result;
  return canonical(result);
}

/// Takes .rn, .rz, .rm or .rp into the flags; false when there is none.
inline bool takeRounding(Decoder &d) {
  int mode = d.takeOneOf({"rn", "rz", "rm", "rp"});
  if (mode > 0)
    d.out.flags |= static_cast<uint16_t>(mode);
  return mode >= 0;
}

inline void takeFlush(Decoder &d) {
  if (d.take("ftz"))
    d.out.flags |= FlushSubnormals;
}

/// Takes what min and max may have before their type.
inline void takeExtremum(Decoder &d) {
  takeFlush(d);
  d.out.flags |= d.statement.name == "max" ? IsMax : 0;
  d.out.flags |= d.take("NaN") ? KeepNaN : 0;
  if (d.take("xorsign")) {
    if (!d.take("abs"))
      d.fail(".xorsign without .abs");
    d.out.flags |= XorSignAbs;
  }
}

} // namespace softgpu

#endif
