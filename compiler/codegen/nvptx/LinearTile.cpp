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
};
} // namespace

LinearTile nnc::codegen::chooseLinearTile(int64_t in, int64_t out) {
  // The loop over stages must stay a loop: a single round is folded into what surrounds it, and then spills.
  int64_t depth = in <= 16 ? 8 : 16;
  // 128 x 128, 64 x 64 and 128 x 32 outputs, 256, 128 and 128 threads.
  Candidate candidates[] = {
      {{/*warpsDown=*/4, /*warpsAcross=*/2, /*threadColumns=*/8, depth, /*stages=*/2}, 100},
      {{/*warpsDown=*/2, /*warpsAcross=*/2, /*threadColumns=*/4, depth, /*stages=*/3}, 115},
      {{/*warpsDown=*/4, /*warpsAcross=*/1, /*threadColumns=*/4, depth, /*stages=*/2}, 140},
  };
  auto cost = [&](const Candidate &candidate) {
    return llvm::alignTo(out, candidate.tile.columns()) * candidate.columnCost;
  };
  const Candidate *best = candidates;
  for (const Candidate &candidate : candidates)
    if (candidate.tile.weightCopies() > 0 && cost(candidate) < cost(*best))
      best = &candidate;
  return best->tile;
}
