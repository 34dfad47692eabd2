//===- LinearTile.cpp - the shape of a tile of outputs --------------------===//

#include "compiler/codegen/nvptx/LinearTile.h"

#include "llvm/Support/MathExtras.h"

using namespace nnc::codegen;

namespace {
struct Candidate {
  LinearTile tile;
  /// What a column costs: 128x32 brings 1.7 times as many bytes to shared memory for each of them as 64x128.
  int64_t columnCost;
  /// From so many tiles on it is the fastest, as measured on an H200 (README.md).
  int64_t enough;

  int64_t tilesAcross(int64_t out) const { return llvm::divideCeil(out, tile.columns()); }
  /// What all columns cost, those of the last tile that are not there included.
  int64_t cost(int64_t out) const { return tilesAcross(out) * tile.columns() * columnCost; }
  LinearTileFrom from(int64_t out) const {
    return {static_cast<int64_t>(llvm::divideCeil(enough, tilesAcross(out))) * tile.rows(), tile};
  }
};
} // namespace

llvm::SmallVector<LinearTileFrom, 3> nnc::codegen::chooseLinearTiles(int64_t in, int64_t out) {
  // 32 x 64, 64 x 64, 64 x 128 and 128 x 32 outputs, 128 threads.
  Candidate small{{/*warpsDown=*/2, /*warpsAcross=*/2, /*threadRows=*/4, /*threadColumns=*/4, /*stages=*/3}, 115, 96};
  Candidate square{{/*warpsDown=*/2, /*warpsAcross=*/2, /*threadRows=*/8, /*threadColumns=*/4, /*stages=*/3}, 115, 512};
  Candidate wide{{/*warpsDown=*/2, /*warpsAcross=*/2, /*threadRows=*/8, /*threadColumns=*/8, /*stages=*/2}, 100, 1024};
  Candidate narrow{{/*warpsDown=*/4, /*warpsAcross=*/1, /*threadRows=*/8, /*threadColumns=*/4, /*stages=*/2}, 140, 64};

  if (narrow.cost(out) < small.cost(out))
    return {narrow.from(out)};
  // With so few k it is reading x and storing y that takes the time.
  if (in <= LinearTile::depth || square.cost(out) <= wide.cost(out))
    return {small.from(out), square.from(out)};
  return {small.from(out), square.from(out), wide.from(out)};
}
