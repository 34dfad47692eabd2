//===- LinearTile.cpp - the shape of a tile of outputs --------------------===//

#include "compiler/codegen/nvptx/LinearTile.h"

#include "llvm/Support/MathExtras.h"

using namespace nnc::codegen;

namespace {
struct Candidate {
  LinearTile tile;
  /// What a column costs. A wide tile's k loop is to 90 % multiply-adds, the others' to 85 %; 128x32 brings 2.5 times
  /// as many bytes to shared memory for each of them as 128x128, and the square one twice as many.
  int64_t columnCost;
  /// So many tiles keep a GPU of about 130 multiprocessors busy: one for each where a tile takes long, and half as many
  /// where the alternative is the kernel for few rows, which reads every weight again for every few of them.
  int64_t enough;

  int64_t tilesAcross(int64_t out) const { return llvm::divideCeil(out, tile.columns()); }
  /// What all columns cost, those of the last tile that are not there included.
  int64_t cost(int64_t out) const { return tilesAcross(out) * tile.columns() * columnCost; }
  LinearTileFrom from(int64_t out) const {
    return {static_cast<int64_t>(llvm::divideCeil(enough, tilesAcross(out))) * tile.rows(), tile};
  }
};
} // namespace

llvm::SmallVector<LinearTileFrom, 2> nnc::codegen::chooseLinearTiles(int64_t in, int64_t out) {
  // 128 x 128, 64 x 64 and 128 x 32 outputs, 256, 128 and 128 threads.
  Candidate wide{{/*warpsDown=*/4, /*warpsAcross=*/2, /*threadColumns=*/8, /*stages=*/2}, 100, 128};
  Candidate square{{/*warpsDown=*/2, /*warpsAcross=*/2, /*threadColumns=*/4, /*stages=*/3}, 115, 64};
  Candidate narrow{{/*warpsDown=*/4, /*warpsAcross=*/1, /*threadColumns=*/4, /*stages=*/2}, 140, 64};

  const Candidate &small = narrow.cost(out) < square.cost(out) ? narrow : square;
  // With so few k it is reading x and storing y that takes the time.
  if (in <= LinearTile::depth || small.cost(out) <= wide.cost(out))
    return {small.from(out)};
  return {small.from(out), wide.from(out)};
}
