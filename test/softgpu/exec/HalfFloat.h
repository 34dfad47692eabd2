//===- HalfFloat.h - 16-bit floating-point numbers --------------*- C++ -*-===//

#ifndef SOFTGPU_EXEC_HALFFLOAT_H
#define SOFTGPU_EXEC_HALFFLOAT_H

#include "FloatMath.h"

namespace softgpu {

inline float halfToFloat(uint16_t half) {
  uint32_t exponent = half >> 10 & 31, fraction = half & 1023;
  float magnitude = exponent == 31 ? (fraction ? floatOf(0x7fffffff) : INFINITY)
                    : exponent     ? std::ldexp(1024.0f + fraction, int(exponent) - 25)
                                   : std::ldexp(float(fraction), -24);
  return half & 0x8000 ? -magnitude : magnitude;
}

/// Rounds `value` to a format of `fractionBits` whose smallest normal number is 2^minimum and largest exponent
/// `maximum`, in the host's rounding mode, and returns its bits without the sign.
inline uint32_t narrowBits(double value, int fractionBits, int minimum, int maximum) {
  double magnitude = std::fabs(value);
  uint32_t infinity = uint32_t(maximum - minimum + 2) << fractionBits;
  if (std::isnan(value))
    return (infinity | ((1u << fractionBits) - 1)) & 0x7fff;
  if (std::isinf(value))
    return infinity;
  int exponent = magnitude == 0 ? minimum : std::max(std::ilogb(magnitude), minimum);
  volatile double scaled = std::ldexp(value, fractionBits - exponent); // exact; signed, for the directed modes
  uint32_t units = static_cast<uint32_t>(std::fabs(std::nearbyint(scaled)));
  // A carry into the next exponent comes out right by itself.
  uint32_t bits = (uint32_t(exponent - minimum) << fractionBits) + units;
  return bits;
}

inline uint16_t narrow(double value, Rounding mode, int fractionBits, int minimum, int maximum) {
  bool negative = std::signbit(value) && !std::isnan(value);
  uint32_t infinity = uint32_t(maximum - minimum + 2) << fractionBits;
  uint32_t bits = narrowBits(value, fractionBits, minimum, maximum);
  bool awayFromZero =
      mode == Rounding::NearestEven || (mode == Rounding::Up && !negative) || (mode == Rounding::Down && negative);
  if (bits >= infinity && std::isfinite(value))
    bits = awayFromZero ? infinity : infinity - 1;
  return static_cast<uint16_t>(bits | (negative ? 0x8000 : 0));
}

inline uint16_t floatToHalf(double value, Rounding mode) { return narrow(value, mode, 10, -14, 15); }
inline uint16_t floatToBfloat(double value, Rounding mode) { return narrow(value, mode, 7, -126, 127); }

} // namespace softgpu

#endif
