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
  // Warps down and across, rows and columns of a thread, stages, and whether x is turned: of 128 threads each.
  Candidate small{{2, 2, 4, 4, 3, false}, 115, 96};   // 32 x 64 outputs
  Candidate square{{2, 2, 8, 4, 3, false}, 115, 384}; // 64 x 64
  Candidate wide{{2, 2, 8, 8, 2, true}, 100, 384};    // 64 x 128
  Candidate narrow{{4, 1, 8, 4, 2, false}, 140, 64};  // 128 x 32

  if (narrow.cost(out) < small.cost(out))
    return {narrow.from(out)};
  // With so few k it is reading x and storing y that takes the time.
  if (in <= LinearTile::depth || square.cost(out) <= wide.cost(out))
    return {small.from(out), square.from(out)};
  return {small.from(out), square.from(out), wide.from(out)};
}
