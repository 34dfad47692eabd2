#include "compiler/numerics/Builder.h"
#include "compiler/numerics/Elementwise.h"
#include "compiler/numerics/Log.h"
#include "compiler/numerics/Quotient.h"
#include "compiler/numerics/Softmax.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <vector>

using namespace nnc::numerics;

static constexpr float infinity = std::numeric_limits<float>::infinity(),
                       quietNan = std::numeric_limits<float>::quiet_NaN();
static PlainFloat b;

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

TEST(Exp, theShortWayGivesTheSameBits) {
  for (int32_t bits = b.toBits(-0.0f); bits <= b.toBits(-87.0f); bits += 53) {
    float x = b.fromBits(bits);
    ASSERT_FALSE(isTooSmallForExpNormal(b, x)) << x;
    ASSERT_EQ(expNormal(b, x), nnc::numerics::exp(b, x)) << x;
  }
  EXPECT_EQ(expNormal(b, -87.0f), nnc::numerics::exp(b, -87.0f));
  EXPECT_EQ(expNormal(b, 0.0f), 1.0f);
  for (float x : {-87.00001f, -100.0f, -infinity, quietNan})
    EXPECT_TRUE(isTooSmallForExpNormal(b, x)) << x;
}

//===----------------------------------------------------------------------===//
// Element functions
//===----------------------------------------------------------------------===//

static bool isSame(float x, float y) { return b.toBits(x) == b.toBits(y) || (std::isnan(x) && std::isnan(y)); }

/// Of the bits of `function`, at every 40009th float.
template <typename Function> static uint64_t hashOf(Function function) {
  uint64_t hash = 0xcbf29ce484222325; // FNV-1a
  for (uint64_t bits = 0; bits < uint64_t(1) << 32; bits += 40009) {
    float y = function(b.fromBits(static_cast<int32_t>(bits)));
    hash = (hash ^ (std::isnan(y) ? 0 : static_cast<uint32_t>(b.toBits(y)))) * 0x100000001b3;
  }
  return hash;
}

namespace {

struct Expected {
  const char *name;
  std::vector<float> constants;
  std::array<float, 7> values; ///< at NaN, inf, -inf, 0, -0, tiny, -tiny
  uint64_t hash;
};

} // namespace

static constexpr float tiny = 0x1p-149f, ln2 = 0x1.62e43p-1f;

/// What PyTorch gives, but where its vectors and its scalars differ.
static const Expected expectedValues[] = {
    {"celu", {1}, {quietNan, infinity, -1, 0, -0.0f, tiny, -tiny}, 822129725412663937u},
    {"celu", {-2}, {quietNan, infinity, -infinity, 0, -0.0f, tiny, -0.0f}, 13732563444358402650u},
    {"elu", {1}, {quietNan, infinity, -1, 0, -0.0f, tiny, -tiny}, 822129725412663937u},
    {"gelu", {}, {quietNan, infinity, quietNan, 0, -0.0f, 0, -0.0f}, 13658780019739568015u},
    {"gelu_tanh", {}, {quietNan, infinity, quietNan, 0, -0.0f, 0, -0.0f}, 1104958581507613084u},
    {"hardshrink", {0.5f}, {quietNan, infinity, -infinity, 0, 0, 0, 0}, 16730848852543766328u},
    {"hardsigmoid", {}, {quietNan, 1, 0, 0.5f, 0.5f, 0.5f, 0.5f}, 7527538934719786924u},
    {"hardswish", {}, {quietNan, infinity, quietNan, 0, -0.0f, 0, -0.0f}, 11043610125059972942u},
    {"hardtanh", {-1, 1}, {quietNan, 1, -1, 0, -0.0f, tiny, -tiny}, 8063407326699641688u},
    {"hardtanh", {0, 1}, {quietNan, 1, 0, 0, -0.0f, tiny, 0}, 9719209255302039419u},
    {"leaky_relu", {0.01f}, {quietNan, infinity, -infinity, 0, -0.0f, tiny, -0.0f}, 17924084047120011134u},
    {"logsigmoid", {}, {quietNan, 0, -infinity, -ln2, -ln2, -ln2, -ln2}, 15135574355813919953u},
    {"mish", {}, {quietNan, infinity, quietNan, 0, -0.0f, tiny, -tiny}, 3819394300836867618u},
    {"relu", {}, {quietNan, infinity, 0, 0, -0.0f, tiny, 0}, 1211785390995470718u},
    {"relu6", {}, {quietNan, 6, 0, 0, -0.0f, tiny, 0}, 8578305673408615815u},
    {"selu", {}, {quietNan, infinity, -1.7580993f, 0, -0.0f, tiny, -2 * tiny}, 4811899961784204441u},
    {"sigmoid", {}, {quietNan, 1, 0, 0.5f, 0.5f, 0.5f, 0.5f}, 13986951003345991150u},
    {"silu", {}, {quietNan, infinity, quietNan, 0, -0.0f, 0, -0.0f}, 7134052867960213082u},
    {"softplus", {1, 20}, {quietNan, infinity, 0, ln2, ln2, ln2, ln2}, 7498931897811052564u},
    {"softshrink", {0.5f}, {quietNan, infinity, -infinity, 0, 0, 0, 0}, 12196840647006781020u},
    {"softsign", {}, {quietNan, quietNan, quietNan, 0, -0.0f, tiny, -tiny}, 5212597145560661975u},
    {"tanh", {}, {quietNan, 1, -1, 0, -0.0f, tiny, -tiny}, 16911221599143052400u},
    {"tanhshrink", {}, {quietNan, infinity, -infinity, 0, 0, 0, 0}, 7736531885551454715u},
    {"threshold", {0.1f, 20}, {quietNan, infinity, 20, 20, 20, 20, 20}, 10242283931132826581u},
};

TEST(Elementwise, specialValues) {
  constexpr float inputs[] = {quietNan, infinity, -infinity, 0, -0.0f, tiny, -tiny};
  for (const Expected &expected : expectedValues)
    for (size_t i = 0; i < std::size(inputs); ++i) {
      float y = elementwise(b, expected.name, expected.constants.data(), expected.constants.size(), inputs[i]);
      EXPECT_TRUE(isSame(y, expected.values[i])) << expected.name << " of " << inputs[i] << " is " << y;
    }
}

TEST(Elementwise, allAreListed) {
  visitElementFunctions([](std::string_view name, size_t, auto) {
    bool isListed = std::any_of(std::begin(expectedValues), std::end(expectedValues),
                                [&](const Expected &expected) { return expected.name == name; });
    EXPECT_TRUE(isListed) << name;
  });
}

// What a definition gives is public: a change of any bit, even to a better one, is a change of the format.
TEST(Elementwise, theBitsAreFixed) {
  EXPECT_EQ(hashOf([](float x) { return nnc::numerics::exp(b, x); }), 1608627209111918464u);
  EXPECT_EQ(hashOf([](float x) { return nnc::numerics::log(b, x); }), 6920274400675827443u);
  for (const Expected &expected : expectedValues)
    EXPECT_EQ(hashOf([&](float x) {
                return elementwise(b, expected.name, expected.constants.data(), expected.constants.size(), x);
              }),
              expected.hash)
        << expected.name;
}

TEST(Elementwise, byName) {
  EXPECT_TRUE(isElementFunction("relu"));
  EXPECT_FALSE(isElementFunction("rel"));
  EXPECT_FALSE(isElementFunction(""));
  EXPECT_EQ(elementwise(b, "relu", nullptr, 0, -2.0f), 0.0f);
  EXPECT_EQ(elementwise(b, "relu", nullptr, 0, 2.0f), 2.0f);
}

TEST(Log, specialValues) {
  EXPECT_EQ(nnc::numerics::log(b, 1.0f), 0.0f);
  EXPECT_EQ(nnc::numerics::log(b, 0.0f), -infinity);
  EXPECT_EQ(nnc::numerics::log(b, -0.0f), -infinity);
  EXPECT_EQ(nnc::numerics::log(b, infinity), infinity);
  EXPECT_TRUE(std::isnan(nnc::numerics::log(b, -tiny)));
  EXPECT_TRUE(std::isnan(nnc::numerics::log(b, -infinity)));
  EXPECT_TRUE(std::isnan(nnc::numerics::log(b, quietNan)));
  EXPECT_EQ(nnc::numerics::log(b, tiny), -103.27893f);
}

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

//===----------------------------------------------------------------------===//
// Quotient
//===----------------------------------------------------------------------===//

/// Quotients by `d` of the floats in [first, 2 first) that are not the division's, and the last of these.
static std::pair<int, float> countDifferences(float first, float d) {
  Divisor<PlainFloat> divisor = makeDivisor(b, d);
  std::pair<int, float> differences;
  for (int32_t bits = b.toBits(first); bits < b.toBits(2 * first); ++bits)
    if (float x = b.fromBits(bits); quotient(b, x, divisor) != x / d)
      differences = {differences.first + 1, x};
  return differences;
}

TEST(Quotient, isTheDivisionForDivisorsWhoseReciprocalsAreWorst) {
  for (float d : {0x1.fffffep0f, 0x1.fffffcp0f, 0x1.fffffap0f, 0x1.fffffep31f, 0x1.000002p0f, 0x1.8p3f, 1.0f, 0x1p32f})
    for (float first : {0.5f, 0x1p-64f}) {
      auto [count, last] = countDifferences(first, d);
      EXPECT_EQ(count, 0) << last << " / " << d;
    }
}

TEST(Quotient, isTheDivisionForMany) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<int32_t> divisors(b.toBits(1.0f), b.toBits(0x1p32f)),
      dividends(b.toBits(0x1p-64f), b.toBits(1.0f));
  for (int i = 0; i < 10'000'000; ++i) {
    float x = b.fromBits(dividends(random)), d = b.fromBits(divisors(random));
    ASSERT_EQ(quotient(b, x, makeDivisor(b, d)), x / d) << x << " / " << d;
  }
}

TEST(Quotient, specialValues) {
  float zero = quotient(b, 0.0f, makeDivisor(b, 3.0f));
  EXPECT_EQ(zero, 0.0f);
  EXPECT_FALSE(std::signbit(zero));
  EXPECT_EQ(quotient(b, 1.0f, makeDivisor(b, 1.0f)), 1.0f);
  EXPECT_TRUE(std::isnan(quotient(b, quietNan, makeDivisor(b, 3.0f))));
  EXPECT_TRUE(std::isnan(quotient(b, 0.0f, makeDivisor(b, quietNan))));
}

TEST(Quotient, knowsWhatIsTooSmall) {
  for (float x : {0x1p-149f, 0x1p-126f, 0x1.fffffep-65f})
    EXPECT_TRUE(isTooSmallForQuotient(b, x)) << x;
  for (float x : {0.0f, 0x1p-64f, 1.0f, quietNan})
    EXPECT_FALSE(isTooSmallForQuotient(b, x)) << x;
}

//===----------------------------------------------------------------------===//
// Softmax and argmax
//===----------------------------------------------------------------------===//

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
