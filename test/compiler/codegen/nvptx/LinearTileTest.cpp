// The rule that chooses tiles, and what the kernel takes for granted of every tile.

#include "compiler/codegen/nvptx/LinearTile.h"

#include <gtest/gtest.h>

using namespace nnc::codegen;

using Choices = std::vector<std::tuple<int64_t, int64_t, int64_t>>; // from so many rows on: rows x columns

static Choices choicesFor(int64_t in, int64_t out) {
  Choices choices;
  for (const LinearTileFrom &choice : chooseLinearTiles(in, out))
    choices.emplace_back(choice.rows, choice.tile.rows(), choice.tile.columns());
  return choices;
}

TEST(LinearTile, WideLayersTakeWideTilesOnceThereAreEnough) {
  EXPECT_EQ(choicesFor(784, 512), (Choices{{384, 32, 64}, {3072, 64, 64}, {6144, 64, 128}}));
  EXPECT_EQ(choicesFor(784, 100), (Choices{{1536, 32, 64}, {12288, 64, 64}, {24576, 64, 128}}));
  EXPECT_EQ(choicesFor(784, 200000), (Choices{{32, 32, 64}, {64, 64, 64}, {64, 64, 128}}));
}

TEST(LinearTile, NarrowLayersTakeNarrowTiles) {
  EXPECT_EQ(choicesFor(784, 1), (Choices{{8192, 128, 32}}));
  EXPECT_EQ(choicesFor(784, 32), (Choices{{8192, 128, 32}}));
  EXPECT_EQ(choicesFor(784, 33), (Choices{{3072, 32, 64}, {24576, 64, 64}}));
  EXPECT_EQ(choicesFor(784, 64), (Choices{{3072, 32, 64}, {24576, 64, 64}}));
}

TEST(LinearTile, ALastTileThatIsMostlyEmptyIsAvoided) {
  EXPECT_EQ(choicesFor(784, 130), (Choices{{1024, 32, 64}, {8192, 64, 64}}));
  EXPECT_EQ(choicesFor(784, 250), (Choices{{768, 32, 64}, {6144, 64, 64}, {12288, 64, 128}}));
}

TEST(LinearTile, FewKTakeNoWideTileBeingBoundByMemory) {
  EXPECT_EQ(chooseLinearTiles(17, 512).back().tile.columns(), 128);
  EXPECT_EQ(chooseLinearTiles(16, 512).back().tile.columns(), 64);
  EXPECT_EQ(chooseLinearTiles(16, 10).back().tile.columns(), 32);
}

TEST(LinearTile, EveryTileFitsTheKernel) {
  for (int64_t in : {1, 16, 17, 784})
    for (int64_t out = 1; out <= 600; ++out)
      for (const auto &[rows, tile] : chooseLinearTiles(in, out)) {
        SCOPED_TRACE(testing::Message() << "weight (" << out << ", " << in << ") from " << rows << " rows on");
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
