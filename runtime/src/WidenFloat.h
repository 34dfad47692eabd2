//===- WidenFloat.h - 16-bit floats as f32, exactly -------------*- C++ -*-===//

#ifndef NNC_RUNTIME_WIDENFLOAT_H
#define NNC_RUNTIME_WIDENFLOAT_H

#include <cstdint>
#include <cstring>

namespace nnc {

inline float floatOfBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// bfloat16 is the upper half of an f32.
inline float widenBF16(uint16_t bits) { return floatOfBits(static_cast<uint32_t>(bits) << 16); }

/// IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. NaN keeps its payload.
inline float widenF16(uint16_t bits) {
  uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16, exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
  if (exponent == 0x1f)
    return floatOfBits(sign | 0x7f800000 | fraction << 13);
  if (exponent != 0)
    return floatOfBits(sign | (exponent + 127 - 15) << 23 | fraction << 13);
  // Zero or subnormal: fraction * 2^-24, which an f32 holds as a normal number.
  float magnitude = static_cast<float>(fraction) * 0x1p-24f;
  return sign ? -magnitude : magnitude;
}

} // namespace nnc

#endif // NNC_RUNTIME_WIDENFLOAT_H
