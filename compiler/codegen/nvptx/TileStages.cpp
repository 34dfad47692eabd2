//===- TileStages.cpp - the ring of stages in shared memory ---------------===//

#include "compiler/codegen/nvptx/TileStages.h"

#include "compiler/codegen/nvptx/Kernels.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace nnc::codegen;

/// Elements of a 16-byte access.
static constexpr int64_t four = 4;

TileStages::TileStages(DeviceBuilder &b, const LinearTile &tile, const CudaLinearArguments &linear, bool aligned,
                       Value x, Value rows)
    : b(b), tile(tile), linear(linear), rows(rows), turned(!aligned), copiedK(turned ? 1 : four),
      copyDistance(tile.threads() / (tile.depth / copiedK)), xStride((turned ? tile.rows() : tile.depth) + four),
      xSize((turned ? tile.depth : tile.rows()) * xStride), weightsSize(tile.depth * tile.columns()) {
  static_assert(LinearTile::depth == cudaPaddedK);
  stageCount = b.div(b.add(linear.in, tile.depth - 1), tile.depth);
  places.thread = b.threadId(tile.threads());
  locateThread(places.thread);
  ring = b.sharedArray("stages", tile.stages * slotSize() + tile.threads() * four);
  planCopiesOfX(x);
  planCopiesOfWeights();
  keepPlaces();
  xRead = b.offset(ring, turned ? row() : b.mul(row(), xStride));
  int64_t warpPanels = tile.threadColumns / four;
  weightsRead = b.offset(b.offset(ring, xSize),
                         b.add(b.mul(warpAcross, warpPanels * tile.depth * cudaPanelWidth), b.mul(laneAcross, four)));
}

/// A warp is 4 lanes down by 8 across. Which bits of the lane are which keeps the 8 lanes that are served at once on
/// two rows and four times four columns.
void TileStages::locateThread(Value thread) {
  Value lane = b.rem(thread, tile.warpThreads), warp = b.div(thread, tile.warpThreads);
  auto bits = [&](int64_t first, int64_t count) { return b.rem(b.div(lane, 1 << first), 1 << count); };
  laneDown = b.add(bits(1, 1), b.mul(bits(4, 1), 2));
  laneAcross = b.add(bits(0, 1), b.mul(bits(2, 2), 2));
  warpDown = b.rem(warp, tile.warpsDown);
  warpAcross = b.div(warp, tile.warpsDown);
  Value inWarps = b.add(b.mul(warpAcross, tile.lanesAcross * tile.threadColumns), b.mul(laneAcross, four));
  firstColumn = b.add(b.mul(b.blockY(), tile.columns()), inWarps);
}

void TileStages::finish() {
  recallPlaces();
  locateThread(places.thread);
}

void TileStages::keepPlaces() {
  Value four32[] = {places.thread, places.xTo, places.endOfK, places.lastRow};
  kept = b.offset(ring, b.add(b.mul(places.thread, four), tile.stages * slotSize()));
  b.store(vector::FromElementsOp::create(b, VectorType::get(four, b.getI32Type()), four32), kept);
}

void TileStages::recallPlaces() {
  Value four32 = b.load(VectorType::get(four, b.getI32Type()), kept);
  Value *const values[] = {&places.thread, &places.xTo, &places.endOfK, &places.lastRow};
  for (auto [lane, value] : llvm::enumerate(values))
    *value = vector::ExtractOp::create(b, four32, lane);
}

Value TileStages::row() { return b.add(b.mul(warpDown, tile.warpRows()), turned ? b.mul(laneDown, four) : laneDown); }

int64_t TileStages::rowDistance(int64_t i) const {
  // Turned: groups of 4 adjacent rows, 16 apart.
  return turned ? i / four * 16 + i % four : i * four;
}

Value TileStages::rowDistance(Value i) {
  return turned ? b.add(b.mul(b.div(i, four), 16), b.rem(i, four)) : b.mul(i, four);
}

void TileStages::planCopiesOfX(Value x) {
  int64_t copiesOfARow = tile.depth / copiedK;
  Value inRow = b.rem(places.thread, copiesOfARow), line = b.div(places.thread, copiesOfARow);
  Value k = b.mul(inRow, copiedK), row;
  if (turned) {
    // Lanes of k = 8 to 15 swap pairs of rows: 8 k times 4 rows, not 16 times 2.
    row = b.exclusiveOr(line, b.mul(b.div(inRow, 8), 2));
    places.xTo = b.add(b.mul(k, xStride), row);
  } else {
    int64_t atOnce = 8 / copiesOfARow, apart = 8 / atOnce;
    Value turn = b.add(b.mul(b.rem(line, atOnce), apart), b.rem(b.div(line, atOnce), apart));
    row = b.add(b.mul(b.div(line, 8), 8), turn);
    places.xTo = b.add(b.mul(row, xStride), k);
  }
  Value lastRow = b.sub(rows, b.i32(1)), presentRow = b.min(row, lastRow);
  xFrom = b.offset(x, b.add(b.mul(b.toI64(presentRow), b.toI64(linear.in)), b.toI64(k)));
  places.endOfK = b.sub(linear.in, k);
  places.lastRow = b.mul(b.sub(lastRow, presentRow), sizeof(float));
}

void TileStages::planCopiesOfWeights() {
  int64_t copiesOfAPanel = tile.depth * cudaPanelWidth / four;
  panelDistance = tile.threads() / copiesOfAPanel;
  Value panel = b.add(b.mul(b.blockY(), tile.columns() / cudaPanelWidth), b.div(places.thread, copiesOfAPanel));
  Value inPanel = b.mul(b.rem(places.thread, copiesOfAPanel), four);
  weightsTo = b.offset(ring, b.add(b.mul(places.thread, four), xSize));
  weightsFrom = b.offset(b.offset(linear.panels, panelsOffset(panel)), inPanel);
}

Value TileStages::nextSlot(Value slot) {
  if (tile.stages == 2) // both have the other one next to them
    return b.sub(b.i32(slotSize()), slot);
  Value next = b.add(slot, slotSize());
  return b.select(b.equal(next, tile.stages * slotSize()), b.i32(0), next);
}

Value TileStages::previousSlot(Value slot) {
  if (tile.stages == 2)
    return nextSlot(slot);
  return b.select(b.equal(slot, 0), this->slot(tile.stages - 1), b.add(slot, -slotSize()));
}

void TileStages::copyNext(Value stage, Value slot) {
  recallPlaces();
  copy(stage, slot);
}

void TileStages::copy(Value stage, Value slot) {
  Value k = b.mul(stage, tile.depth);
  copyX(k, b.offset(ring, b.add(places.xTo, slot)));
  copyWeights(k, b.offset(weightsTo, slot));
}

void TileStages::copyX(Value k, Value to) {
  int64_t bytes = copiedK * sizeof(float);
  Value present = b.select(b.less(k, places.endOfK), b.i32(bytes), b.i32(0));
  Value from = b.offset(xFrom, k);
  for (int64_t down = 0; down < tile.rows(); down += copyDistance) {
    Value distance = b.min(b.i32(down * sizeof(float)), places.lastRow);
    Value fromRow = down == 0 ? from : b.offset(from, b.mul(b.toI64(distance), b.toI64(linear.in)), b.getI8Type());
    b.copyAsync(b.offset(to, down * (turned ? 1 : xStride)), fromRow, bytes, present);
  }
}

void TileStages::copyWeights(Value k, Value to) {
  Value from = b.offset(weightsFrom, b.mul(k, cudaPanelWidth));
  for (int64_t i = 0; i < tile.weightCopies(); ++i) {
    Value fromPanel = i == 0 ? from : b.offset(from, panelsOffset(b.i32(i * panelDistance)));
    b.copyAsync(b.offset(to, i * tile.threads() * four), fromPanel, 16);
  }
}

/// Elements of so many panels.
Value TileStages::panelsOffset(Value panels) {
  return b.mul(b.toI64(b.mul(panels, cudaPaddedK * cudaPanelWidth)), b.toI64(stageCount));
}

void TileStages::readFrom(Value slot) {
  xInSlot = b.offset(xRead, slot);
  weightsInSlot = b.offset(weightsRead, slot);
}

TileStages::Values TileStages::x(int64_t k) {
  Values values;
  if (turned) {
    for (int64_t i = 0; i < tile.threadRows; i += four) {
      Value fourRows = b.load(b.f32Vector(four), b.offset(xInSlot, k * xStride + rowDistance(i)));
      for (int64_t lane = 0; lane < four; ++lane)
        values.push_back(vector::ExtractOp::create(b, fourRows, lane));
    }
    return values;
  }
  if (k % four == 0) {
    xFourK.clear();
    for (int64_t i = 0; i < tile.threadRows; ++i)
      xFourK.push_back(b.load(b.f32Vector(four), b.offset(xInSlot, rowDistance(i) * xStride + k)));
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
