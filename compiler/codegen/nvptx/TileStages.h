//===- TileStages.h - the ring of stages in shared memory -------*- C++ -*-===//
//
// What a block of threads needs of x and of the weights for `depth` steps of k is a stage. Asynchronous copies bring
// stages to the slots of a ring in shared memory, from which each thread reads its own rows and columns.
//
// Copies are whole for every thread at every stage, so that no shared memory is read that nobody wrote. Behind the end
// of k x is not read but filled with +0; the packed weights are -0 there, and fma(+0, -0, acc) is acc to the bit. Rows
// that are not there are the last one again, and columns are whole tiles; what is computed of them is not stored.
//
// Shared memory has 32 banks of 4 bytes. 16-byte accesses are served for 8 lanes at a time, which must then take 32
// different banks, or addresses that are equal.
//
//  - Weights are [panel][k][32]: the 8 lanes across read 4 columns each of one k, 32 words in a row; the lanes down
//    read the same.
//  - x is [row][depth + 4] where it is copied 16 bytes at a time, for which rows of x have to be at multiples of them
//    (in % 4 = 0). A thread reads 4 k of one row at once. The 4 lanes down read adjacent rows, whose distance of 20 or
//    12 words keeps their 4 words apart. The 8 lanes that write at once take rows depth / 4 apart, whose words end
//    where the next begin.
//  - Otherwise x comes by 4-byte copies, which can turn it: [k][rows + 4]. A thread reads 4 adjacent rows of one k at
//    once, which the lanes down continue, and the 32 lanes of a warp write 8 k times 4 rows.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_NVPTX_TILESTAGES_H
#define NNC_COMPILER_CODEGEN_NVPTX_TILESTAGES_H

#include "compiler/codegen/nvptx/Kernels.h"

namespace nnc::codegen {

class TileStages {
public:
  using Values = llvm::SmallVector<mlir::Value>;

  /// `x` is the block's first row, copied 16 bytes at a time like the others if `aligned`, and `rows` (i32, 1 to
  /// tile.rows()) how many of its rows there are.
  TileStages(DeviceBuilder &b, const LinearTile &tile, const CudaLinearArguments &linear, bool aligned, mlir::Value x,
             mlir::Value rows);

  /// Stages until the end of k, i32.
  mlir::Value count() const { return stageCount; }

  /// A slot of the ring, i32 words from its begin, and those around it.
  mlir::Value slot(int64_t index) { return b.i32(index * slotSize()); }
  mlir::Value nextSlot(mlir::Value slot);
  mlir::Value previousSlot(mlir::Value slot);

  /// Starts this thread's copies for stage `stage` into `slot`: copy before the first barrier, copyNext after it.
  void copy(mlir::Value stage, mlir::Value slot);
  void copyNext(mlir::Value stage, mlir::Value slot);

  /// From here on, x() and weights() read the stage in `slot`.
  void readFrom(mlir::Value slot);
  /// At step `k` of the stage, k = 0, 1, ... in turn: x of the thread's rows, and the weights of its columns.
  Values x(int64_t k);
  Values weights(int64_t k);

  /// No stage is needed any more; row() and column() are worked out anew.
  void finish();

  /// The thread's first row in the block, and how far its `i`-th is from it.
  mlir::Value row();
  int64_t rowDistance(int64_t i) const;
  mlir::Value rowDistance(mlir::Value i); ///< i32
  /// Its first column in the layer. Its others are the next three, and those that are a multiple of 32 further.
  mlir::Value column() { return firstColumn; }

private:
  /// What a thread needs between the steps, but not in them: each i32. Registers are for what the steps need; these
  /// wait in shared memory, four words for each thread.
  struct Places {
    mlir::Value thread;
    mlir::Value xTo;     ///< words from a slot's begin to where its first copy of x goes
    mlir::Value endOfK;  ///< a stage that begins before has x for it to copy
    mlir::Value lastRow; ///< rows from its first copy of x to the last that is there, times 4 bytes
  };
  void keepPlaces();
  void recallPlaces();

  void locateThread(mlir::Value thread);
  void planCopiesOfX(mlir::Value x);
  void planCopiesOfWeights();
  void copyX(mlir::Value k, mlir::Value to);
  void copyWeights(mlir::Value k, mlir::Value to);
  mlir::Value panelsOffset(mlir::Value panels);

  DeviceBuilder &b;
  const LinearTile &tile;
  const CudaLinearArguments &linear;
  mlir::Value rows, stageCount;

  bool turned;                ///< x is [k][row] in shared memory
  int64_t copiedK;            ///< elements that a copy of x moves
  int64_t copyDistance;       ///< rows from one copy of x by a thread to its next
  int64_t panelDistance;      ///< panels from one of its copies of weights to the next
  int64_t xStride;            ///< words from one row, or k, to the next
  int64_t xSize, weightsSize; ///< words of a slot: first x, then the weights
  int64_t slotSize() const { return xSize + weightsSize; }

  mlir::Value laneDown, laneAcross, warpDown, warpAcross, firstColumn;
  Places places;
  mlir::Value kept; ///< where `places` wait: behind the ring
  mlir::Value ring, xFrom, weightsFrom, weightsTo;
  mlir::Value xRead, weightsRead;     ///< what the thread reads first of a stage, in the first slot
  mlir::Value xInSlot, weightsInSlot; ///< and in the slot that is read
  Values xFourK;                      ///< four k of each row
};

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_NVPTX_TILESTAGES_H
