//===- LinearTile.h - the shape of a tile of outputs ------------*- C++ -*-===//
//
// A linear of many rows is computed in tiles, one for each block of threads. A warp is 4 threads down by 8 across, a
// thread has `threadRows` rows times `threadColumns` columns, which are in groups of 4. k is taken in stages of
// `depth`, which asynchronous copies bring to shared memory, a ring of `stages`.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_NVPTX_LINEARTILE_H
#define NNC_COMPILER_CODEGEN_NVPTX_LINEARTILE_H

#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace nnc::codegen {

struct LinearTile {
  static constexpr int64_t warpThreads = 32, lanesDown = 4, lanesAcross = 8;
  static constexpr int64_t depth = 16; ///< k of a stage

  int64_t warpsDown;     ///< warps along rows
  int64_t warpsAcross;   ///< warps along columns
  int64_t threadRows;    ///< 4 or 8
  int64_t threadColumns; ///< 4 or 8
  int64_t stages;        ///< of the ring, at least 2
  /// x is copied 4 bytes at a time, which can turn it to [k][row], also where rows are at multiples of 16 bytes.
  bool turnsX;

  int64_t threads() const { return warpThreads * warpsDown * warpsAcross; }
  int64_t warpRows() const { return lanesDown * threadRows; }
  int64_t rows() const { return warpRows() * warpsDown; }
  int64_t columns() const { return lanesAcross * threadColumns * warpsAcross; }
  /// 16-byte copies of weights a thread and stage: all threads make as many.
  int64_t weightCopies() const { return depth * columns() / 4 / threads(); }
};

/// The tiles to compute a weight of (out, in) with, each from so many rows on, ascending. There are always some from a
/// number of rows on; with fewer, they would be too few to keep a GPU busy.
struct LinearTileFrom {
  int64_t rows;
  LinearTile tile;
};
llvm::SmallVector<LinearTileFrom, 3> chooseLinearTiles(int64_t in, int64_t out);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_NVPTX_LINEARTILE_H
