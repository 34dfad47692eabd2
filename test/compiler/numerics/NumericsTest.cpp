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
