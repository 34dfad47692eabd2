#include "compiler/numerics/Builder.h"
#include "compiler/numerics/Elementwise.h"
#include "compiler/numerics/Softmax.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace nnc::numerics;

static constexpr float infinity = std::numeric_limits<float>::infinity(),
                       quietNan = std::numeric_limits<float>::quiet_NaN();
static PlainFloat b;

TEST(Relu, keepsNanAndNegativeZero) {
  EXPECT_EQ(relu(b, -1.0f), 0.0f);
  EXPECT_FALSE(std::signbit(relu(b, -1.0f)));
  EXPECT_TRUE(std::signbit(relu(b, -0.0f)));
  EXPECT_TRUE(std::isnan(relu(b, quietNan)));
  EXPECT_EQ(relu(b, infinity), infinity);
  EXPECT_EQ(relu(b, -infinity), 0.0f);
  EXPECT_EQ(relu(b, 0x1p-149f), 0x1p-149f);
}

TEST(Exp, specialValues) {
  EXPECT_EQ(nnc::numerics::exp(b, 0.0f), 1.0f);
  EXPECT_EQ(nnc::numerics::exp(b, -0.0f), 1.0f);
  EXPECT_EQ(nnc::numerics::exp(b, infinity), infinity);
  EXPECT_EQ(nnc::numerics::exp(b, -infinity), 0.0f);
  EXPECT_FALSE(std::signbit(nnc::numerics::exp(b, -infinity)));
  EXPECT_TRUE(std::isnan(nnc::numerics::exp(b, quietNan)));
  EXPECT_EQ(nnc::numerics::exp(b, 0x1p-149f), 1.0f);
}

TEST(Exp, edgesOfTheRange) {
  EXPECT_EQ(nnc::numerics::exp(b, 88.72284f), infinity);
  EXPECT_LT(nnc::numerics::exp(b, 88.72283f), infinity);
  EXPECT_EQ(nnc::numerics::exp(b, -103.98f), 0.0f);
  EXPECT_EQ(nnc::numerics::exp(b, -103.9f), 0x1p-149f);
  EXPECT_EQ(nnc::numerics::exp(b, -100.0f), 27 * 0x1p-149f) << "e^-100 = 26.5 * 2^-149";
}

TEST(Exp, subnormalResultsAreRoundedOnce) {
  // Every result from the smallest normal number down; f64 has bits to spare.
  float previous = 0x1p-126f;
  for (float x = -87.4f; x > -104.0f; x = std::nextafter(x, -infinity)) {
    float y = nnc::numerics::exp(b, x);
    ASSERT_LE(std::fabs(y - std::exp(static_cast<double>(x))), 0x1p-149) << x;
    ASSERT_LE(y, previous) << x;
    previous = y;
  }
}

TEST(Exp, theBitsAreFixed) {
  // What the definition gives is public: a change of any bit, even to a better one, is a change of the format.
  uint64_t hash = 0xcbf29ce484222325; // FNV-1a
  for (uint64_t bits = 0; bits < uint64_t(1) << 32; bits += 40009) {
    float x = b.fromBits(static_cast<int32_t>(bits)), y = nnc::numerics::exp(b, x);
    hash = (hash ^ (std::isnan(y) ? 0 : static_cast<uint32_t>(b.toBits(y)))) * 0x100000001b3;
  }
  EXPECT_EQ(hash, 1608627209111918464u);
}

TEST(Elementwise, byName) {
  EXPECT_TRUE(isElementFunction("relu"));
  EXPECT_FALSE(isElementFunction("relu6"));
  EXPECT_FALSE(isElementFunction(""));
  EXPECT_EQ(elementwise(b, "relu", nullptr, 0, -2.0f), 0.0f);
  EXPECT_EQ(elementwise(b, "relu", nullptr, 0, 2.0f), 2.0f);
}

TEST(Softmax, theMaximumKeepsNan) {
  EXPECT_EQ(softmaxMax(b, 1.0f, 2.0f), 2.0f);
  EXPECT_EQ(softmaxMax(b, 2.0f, 1.0f), 2.0f);
  EXPECT_TRUE(std::isnan(softmaxMax(b, quietNan, 1.0f)));
  EXPECT_TRUE(std::isnan(softmaxMax(b, 1.0f, quietNan)));
}

TEST(Softmax, theSumIsATree) {
  // In this order 2^24 + 1 + 1 + ... would lose the ones that the tree keeps.
  float sums[softmaxPartialSums];
  for (float &sum : sums)
    sum = 1;
  sums[0] = 0x1p24f;
  float inOrder = 0;
  for (float sum : sums)
    inOrder += sum;
  EXPECT_EQ(inOrder, 0x1p24f);
  EXPECT_EQ(softmaxSum(b, sums), 0x1p24f + 14);
}

TEST(Softmax, theTreeAddsDistantPairsFirst) {
  // (2^24 + 1) + 2 by rounding to even; neighbours first would make it (2^24 + 2) + 1.
  float sums[softmaxPartialSums] = {0x1p24f, 2};
  sums[8] = 1;
  EXPECT_EQ(softmaxSum(b, sums), 0x1p24f + 2);
  EXPECT_EQ(sums[0] + sums[1] + sums[8], 0x1p24f + 4);
}

TEST(Softmax, theExponentIsOfTheDifference) {
  EXPECT_EQ(softmaxExp(b, 1000.0f, 1000.0f), 1.0f);
  EXPECT_EQ(softmaxExp(b, 999.0f, 1000.0f), nnc::numerics::exp(b, -1.0f));
  EXPECT_EQ(softmaxExp(b, -infinity, 0.0f), 0.0f);
  EXPECT_TRUE(std::isnan(softmaxExp(b, infinity, infinity)));
}

TEST(Argmax, firstOfEqualsAndFirstNan) {
  EXPECT_TRUE(argmaxIsBetter(b, 2.0f, 1.0f));
  EXPECT_FALSE(argmaxIsBetter(b, 1.0f, 1.0f));
  EXPECT_FALSE(argmaxIsBetter(b, 0.0f, -0.0f));
  EXPECT_TRUE(argmaxIsBetter(b, quietNan, infinity));
  EXPECT_FALSE(argmaxIsBetter(b, quietNan, quietNan));
  EXPECT_FALSE(argmaxIsBetter(b, infinity, quietNan));
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
