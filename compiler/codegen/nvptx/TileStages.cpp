//===- TileStages.cpp - the ring of stages in shared memory ---------------===//

#include "compiler/codegen/nvptx/TileStages.h"

#include "compiler/codegen/nvptx/Kernels.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace nnc::codegen;

/// Elements of a 16-byte access.
static constexpr int64_t four = 4;

TileStages::TileStages(DeviceBuilder &b, const LinearTile &tile, const PackedLinear &packed, Value x, Value rows,
                       Value panels)
    : b(b), tile(tile), packed(packed), rows(rows), turned(packed.in % four != 0), copiedK(turned ? 1 : four),
      rowDistance(tile.threads() / (tile.depth / copiedK)), xStride((turned ? tile.rows() : tile.depth) + four),
      xSize((turned ? tile.depth : tile.rows()) * xStride), weightsSize(tile.depth * tile.columns()) {
  locateThread();
  Value sharedX = b.sharedArray("x", tile.stages * xSize);
  Value sharedWeights = b.sharedArray("weights", tile.stages * weightsSize);
  xTo = sharedX;
  weightsTo = sharedWeights;
  planCopiesOfX(x);
  planCopiesOfWeights(panels);
  xRead = b.offset(sharedX, turned ? row(0) : b.mul(row(0), xStride));
  int64_t warpPanels = tile.threadColumns / four;
  weightsRead = b.offset(sharedWeights,
                         b.add(b.mul(warpAcross, warpPanels * tile.depth * cudaPanelWidth), b.mul(laneAcross, four)));
}

int64_t TileStages::count() const {
  // At least two, so that the loop over stages stays one (LinearTile.cpp); weights are padded for that.
  return std::max<int64_t>(llvm::divideCeil(packed.in, tile.depth), 2);
}

/// A warp is 4 lanes down by 8 across. Which bits of the lane are which keeps the 8 lanes that are served at once on
/// two rows and four times four columns.
void TileStages::locateThread() {
  Value thread = b.threadId(tile.threads());
  Value lane = b.rem(thread, tile.warpThreads), warp = b.div(thread, tile.warpThreads);
  auto bits = [&](int64_t first, int64_t count) { return b.rem(b.div(lane, 1 << first), 1 << count); };
  laneDown = b.add(bits(1, 1), b.mul(bits(4, 1), 2));
  laneAcross = b.add(bits(0, 1), b.mul(bits(2, 2), 2));
  warpDown = b.rem(warp, tile.warpsDown);
  warpAcross = b.div(warp, tile.warpsDown);
  Value inWarps = b.add(b.mul(warpAcross, tile.lanesAcross * tile.threadColumns), b.mul(laneAcross, four));
  firstColumn = b.add(b.mul(b.blockY(), tile.columns()), inWarps);
}

Value TileStages::row(int64_t i) {
  Value warp = b.mul(warpDown, tile.warpRows);
  if (turned) // groups of 4 adjacent rows, 16 apart
    return b.add(b.add(warp, b.mul(laneDown, four)), i / four * 16 + i % four);
  return b.add(b.add(warp, laneDown), i * four);
}

void TileStages::planCopiesOfX(Value x) {
  Value thread = b.threadId(tile.threads());
  int64_t copiesOfARow = tile.depth / copiedK;
  Value inRow = b.rem(thread, copiesOfARow), line = b.div(thread, copiesOfARow);
  copyK = b.mul(inRow, copiedK);
  if (turned) {
    // Lanes of k = 8 to 15 swap pairs of rows: 8 k times 4 rows, not 16 times 2.
    copyRow = b.exclusiveOr(line, b.mul(b.div(inRow, 8), 2));
    xTo = b.offset(xTo, b.add(b.mul(copyK, xStride), copyRow));
  } else {
    int64_t atOnce = 8 / copiesOfARow, apart = 8 / atOnce;
    Value turn = b.add(b.mul(b.rem(line, atOnce), apart), b.rem(b.div(line, atOnce), apart));
    copyRow = b.add(b.mul(b.div(line, 8), 8), turn);
    xTo = b.offset(xTo, b.add(b.mul(copyRow, xStride), copyK));
  }
  xFrom = b.offset(x, b.add(b.mul(b.toI64(copyRow), packed.in), b.toI64(copyK)));
}

void TileStages::planCopiesOfWeights(Value panels) {
  Value thread = b.threadId(tile.threads());
  weightsTo = b.offset(weightsTo, b.mul(thread, four));
  int64_t panelsOfATile = tile.columns() / cudaPanelWidth, copiesOfAPanel = tile.depth * cudaPanelWidth / four;
  int64_t panelSize = packed.paddedIn * cudaPanelWidth;
  for (int64_t i = 0; i < tile.weightCopies(); ++i) {
    Value copy = b.add(thread, i * tile.threads());
    Value panel = b.add(b.mul(b.blockY(), panelsOfATile), b.div(copy, copiesOfAPanel));
    // The last tile may go beyond the last panel: it takes that one once more, and does not store it.
    if (packed.panels % panelsOfATile != 0)
      panel = b.min(panel, b.i32(packed.panels - 1));
    Value inPanel = b.mul(b.rem(copy, copiesOfAPanel), four);
    weightsFrom.push_back(b.offset(panels, b.add(b.mul(b.toI64(panel), panelSize), b.toI64(inPanel))));
  }
}

void TileStages::copy(Value stage, Value slot) {
  Value k = b.mul(stage, tile.depth);
  Value inK = packed.in % tile.depth == 0 ? Value() : b.less(b.add(k, copyK), packed.in);
  Value from = b.offset(xFrom, k), to = b.offset(xTo, b.mul(slot, xSize));
  for (int64_t down = 0; down < tile.rows(); down += rowDistance) {
    Value present = b.less(b.add(copyRow, down), rows);
    if (inK)
      present = b.logicalAnd(present, inK);
    Value bytes = b.select(present, b.i32(copiedK * sizeof(float)), b.i32(0));
    b.copyAsync(b.offset(to, down * (turned ? 1 : xStride)), b.offset(from, down * packed.in), copiedK * sizeof(float),
                bytes);
  }
  to = b.offset(weightsTo, b.mul(slot, weightsSize));
  for (auto [i, from] : llvm::enumerate(weightsFrom))
    b.copyAsync(b.offset(to, i * tile.threads() * four), b.offset(from, b.mul(k, cudaPanelWidth)),
                four * sizeof(float));
}

void TileStages::readFrom(Value slot) {
  xInSlot = b.offset(xRead, b.mul(slot, xSize));
  weightsInSlot = b.offset(weightsRead, b.mul(slot, weightsSize));
}

TileStages::Values TileStages::x(int64_t k) {
  Values values;
  if (turned) {
    for (int64_t i = 0; i < tile.threadRows; i += four) {
      Value fourRows = b.load(b.f32Vector(four), b.offset(xInSlot, k * xStride + i / four * 16));
      for (int64_t lane = 0; lane < four; ++lane)
        values.push_back(vector::ExtractOp::create(b, fourRows, lane));
    }
    return values;
  }
  if (k % four == 0) {
    xFourK.clear();
    for (int64_t i = 0; i < tile.threadRows; ++i)
      xFourK.push_back(b.load(b.f32Vector(four), b.offset(xInSlot, i * four * xStride + k)));
  }
  for (Value fourK : xFourK)
    values.push_back(vector::ExtractOp::create(b, fourK, k % four));
  return values;
}

TileStages::Values TileStages::weights(int64_t k) {
  Values values;
  for (int64_t panel = 0; panel < tile.threadColumns / four; ++panel) {
    Value fourColumns = b.load(b.f32Vector(four), b.offset(weightsInSlot, (panel * tile.depth + k) * cudaPanelWidth));
    for (int64_t lane = 0; lane < four; ++lane)
      values.push_back(vector::ExtractOp::create(b, fourColumns, lane));
  }
  return values;
}
