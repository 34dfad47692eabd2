//===- Builder.h - what a definition is written with ------------*- C++ -*-===//
//
// Every function of this folder is a template over a builder, which makes plain floats, vector IR or scalar IR of it.
// A builder has
//
//   types     Float (f32), Int (i32), Mask (i1); all of as many lanes
//   constants constant(float), constantInt(int32_t)
//   Float     add, sub, mul, div, fma(x, y, z) = x * y + z with one rounding
//   Mask      less(x, y) (false with a NaN), isNan(x), lessInt(x, y) (signed), andMask, orMask, notMask
//   either    select(mask, x, y), of two Floats, two Ints or two Masks
//   Int       toBits(Float), addInt, subInt, andInt, orInt (wrapping), shiftLeft(x, bits), shiftRight(x, bits)
//   (arithmetic) Float     fromBits(Int)
//
// and nothing else: each of these is one IEEE 754 operation, rounded to nearest even with subnormals kept, or one on
// integers, so that every machine gives the same bits. No library function, no rounding or approximate instruction.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_NUMERICS_BUILDER_H
#define NNC_COMPILER_NUMERICS_BUILDER_H

#include <cmath>
#include <cstdint>
#include <cstring>

namespace nnc::numerics {

/// The builder that computes. What includes this is compiled with -ffp-contract=off.
struct PlainFloat {
  using Float = float;
  using Int = int32_t;
  using Mask = bool;

  Float constant(float value) { return value; }
  Int constantInt(int32_t value) { return value; }

  Float add(Float x, Float y) { return x + y; }
  Float sub(Float x, Float y) { return x - y; }
  Float mul(Float x, Float y) { return x * y; }
  Float div(Float x, Float y) { return x / y; }
  Float fma(Float x, Float y, Float z) { return std::fma(x, y, z); }

  Mask less(Float x, Float y) { return x < y; }
  Mask isNan(Float x) { return x != x; }
  Mask lessInt(Int x, Int y) { return x < y; }
  Mask andMask(Mask x, Mask y) { return x && y; }
  Mask orMask(Mask x, Mask y) { return x || y; }
  Mask notMask(Mask x) { return !x; }
  template <typename T> T select(Mask mask, T x, T y) { return mask ? x : y; }

  Int toBits(Float x) {
    Int bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
  }
  Float fromBits(Int bits) {
    Float x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
  }
  // Wrapping, as on every machine; signed overflow is not defined in C++.
  Int addInt(Int x, Int y) { return static_cast<Int>(static_cast<uint32_t>(x) + static_cast<uint32_t>(y)); }
  Int subInt(Int x, Int y) { return static_cast<Int>(static_cast<uint32_t>(x) - static_cast<uint32_t>(y)); }
  Int andInt(Int x, Int y) { return x & y; }
  Int orInt(Int x, Int y) { return x | y; }
  Int shiftLeft(Int x, int bits) { return static_cast<Int>(static_cast<uint32_t>(x) << bits); }
  Int shiftRight(Int x, int bits) { return x >> bits; }
};

} // namespace nnc::numerics

#endif // NNC_COMPILER_NUMERICS_BUILDER_H
