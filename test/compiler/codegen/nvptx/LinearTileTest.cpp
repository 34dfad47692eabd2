// The rule that chooses tiles, and what the kernel takes for granted of every tile.

#include "compiler/codegen/nvptx/LinearTile.h"

#include <gtest/gtest.h>

using nnc::codegen::chooseLinearTile;
using nnc::codegen::LinearTile;

static std::pair<int64_t, int64_t> shapeFor(int64_t out) {
  LinearTile tile = chooseLinearTile(784, out);
  return {tile.rows(), tile.columns()};
}

TEST(LinearTile, WideLayersTakeWideTiles) {
  EXPECT_EQ(shapeFor(512), std::pair(128l, 128l));
  EXPECT_EQ(shapeFor(128), std::pair(128l, 128l));
  EXPECT_EQ(shapeFor(1000), std::pair(128l, 128l));
  EXPECT_EQ(shapeFor(100), std::pair(128l, 128l));
}

TEST(LinearTile, NarrowLayersTakeNarrowTiles) {
  EXPECT_EQ(shapeFor(1), std::pair(128l, 32l));
  EXPECT_EQ(shapeFor(10), std::pair(128l, 32l));
  EXPECT_EQ(shapeFor(32), std::pair(128l, 32l));
  EXPECT_EQ(shapeFor(33), std::pair(64l, 64l));
  EXPECT_EQ(shapeFor(64), std::pair(64l, 64l));
}

TEST(LinearTile, ALastTileThatIsMostlyEmptyIsAvoided) {
  EXPECT_EQ(shapeFor(130), std::pair(64l, 64l));
  EXPECT_EQ(shapeFor(250), std::pair(128l, 128l));
}

TEST(LinearTile, TheLoopOverStagesIsALoop) {
  for (int64_t in : {1, 8, 9, 16})
    EXPECT_EQ(chooseLinearTile(in, 512).depth, 8) << in;
  EXPECT_EQ(chooseLinearTile(17, 512).depth, 16);
  // A narrow tile has fewer weights in 8 k than threads that could copy them.
  EXPECT_EQ(chooseLinearTile(16, 10).columns(), 64);
}

TEST(LinearTile, EveryTileFitsTheKernel) {
  for (int64_t in : {1, 16, 17, 784})
    for (int64_t out = 1; out <= 600; ++out) {
      LinearTile tile = chooseLinearTile(in, out);
      SCOPED_TRACE(testing::Message() << "weight (" << out << ", " << in << ")");
      // Static shared memory, with the wider of both forms of x.
      int64_t words =
          std::max(tile.rows() * (tile.depth + 4), tile.depth * (tile.rows() + 4)) + tile.depth * tile.columns();
      EXPECT_LE(tile.stages * words * 4, 48 << 10);
      // All threads copy as often as each other.
      EXPECT_EQ(tile.rows() * tile.depth / 4 % tile.threads(), 0);
      EXPECT_EQ(tile.weightCopies() * tile.threads() * 4, tile.columns() * tile.depth);
      EXPECT_EQ(tile.columns() % 32, 0);
    }
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
