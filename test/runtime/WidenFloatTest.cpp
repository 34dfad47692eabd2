// All 65536 values of both 16-bit formats, against what their definitions say in f64.

#include "WidenFloat.h"

#include <cmath>
#include <gtest/gtest.h>

static double valueOf(uint16_t bits, int exponentBits, int fractionBits) {
  int exponent = bits >> fractionBits & ((1 << exponentBits) - 1), bias = (1 << (exponentBits - 1)) - 1;
  double fraction = bits & ((1 << fractionBits) - 1), sign = bits & 0x8000 ? -1 : 1;
  if (exponent == (1 << exponentBits) - 1)
    return fraction == 0 ? sign * INFINITY : NAN;
  if (exponent == 0)
    return sign * std::ldexp(fraction, 1 - bias - fractionBits);
  return sign * std::ldexp(fraction + (1 << fractionBits), exponent - bias - fractionBits);
}

static void expectSame(float actual, double expected, unsigned bits) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(actual)) << bits;
    return;
  }
  EXPECT_EQ(actual, expected) << bits;
  EXPECT_EQ(std::signbit(actual), std::signbit(expected)) << bits;
}

TEST(WidenFloat, halfIsExact) {
  for (unsigned bits = 0; bits < 0x10000; ++bits)
    expectSame(nnc::widenF16(static_cast<uint16_t>(bits)), valueOf(static_cast<uint16_t>(bits), 5, 10), bits);
}

TEST(WidenFloat, bfloat16IsExact) {
  for (unsigned bits = 0; bits < 0x10000; ++bits)
    expectSame(nnc::widenBF16(static_cast<uint16_t>(bits)), valueOf(static_cast<uint16_t>(bits), 8, 7), bits);
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
