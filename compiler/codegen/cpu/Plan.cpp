//===- Plan.cpp - where the values of a model live on the CPU -------------===//

#include "compiler/codegen/cpu/Plan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

/// What one stage of a block reads and writes stays within this many bytes, so that it shares a core's L2 with a panel
/// of weights. Where that is too few samples to be worth reading all weights for, it takes more, which pass the weights
/// a stretch of k at a time.
static constexpr int64_t blockBytes = 1 << 20, largeBlockBytes = 8 << 20;
static constexpr int64_t worthwhileSamples = 128, maxBlockSamples = 256;

/// A linear whose k is taken in stretches packs its rows for each where so many columns make it worth while.
static constexpr int64_t largeOut = 2048;

/// What the panels of a main tile have of so many k, 256 KiB at most, stays in L2 while the rows pass. Where that is
/// not all k, what a block of rows has of them stays there too while the panels pass: fewer k. Stretches of one layer
/// are about equal, and whole rounds of the loop.
int64_t nnc::codegen::stretchOf(int64_t in) {
  constexpr int64_t whole = 1024, most = 512;
  return in <= whole ? in : llvm::alignTo(llvm::divideCeil(in, llvm::divideCeil(in, most)), 4);
}

namespace {

class CpuPlanTarget : public ModelPlanTarget {
public:
  explicit CpuPlanTarget(const CpuLevel &level) : level(level) {}

  PackedLinear layoutLinear(int64_t in, int64_t out) const override {
    PackedLinear packed{};
    packed.in = packed.paddedIn = in;
    packed.out = out;
    bool isLarge = stretchOf(in) < in && out >= largeOut;
    packed.panelWidth = level.lanes * (isLarge ? level.largeTile : level.tile).panelVectors;
    packed.panels = out / packed.panelWidth;
    packed.tailWidth = llvm::alignTo(out % packed.panelWidth, level.lanes);
    return packed;
  }

  /// Rows that lie a multiple of 1 KiB apart collide in L1; rows that only linears read are moved apart.
  Buffer layoutIntermediate(Value value, Buffer buffer) const override {
    bool onlyLinears = isa<nn::LinearOp>(value.getDefiningOp()) &&
                       llvm::all_of(value.getUsers(), [](Operation *user) { return isa<nn::LinearOp>(user); });
    if (onlyLinears && buffer.rowStride % 256 == 0) {
      int64_t rows = buffer.sampleStride / buffer.rowStride;
      buffer.rowStride += alignment();
      buffer.sampleStride = rows * buffer.rowStride;
    }
    return buffer;
  }

  /// Buffers start at cache lines.
  int64_t alignment() const override { return 16; }

private:
  const CpuLevel &level;
};

} // namespace

/// A block holds as many samples as keep the activations of each stage in cache.
static int64_t chooseBlock(const Plan &plan) {
  if (!plan.batched)
    return 1;
  int64_t bytes = 1;
  for (const Stage &stage : plan.stages)
    if (stage.op)
      bytes = std::max(bytes, 4 * (plan.sampleSize(stage.op->getOperand(0)) + plan.sampleSize(stage.op->getResult(0))));
  int64_t fitting = blockBytes / bytes;
  if (fitting < worthwhileSamples)
    fitting = largeBlockBytes / bytes;
  return std::clamp<int64_t>(llvm::bit_floor(uint64_t(fitting)), plan.level->fewRows, maxBlockSamples);
}

/// Elements of the rows that a linear packs for one stretch, for the largest of `plan`.
static int64_t packedRowsSize(const Plan &plan) {
  int64_t size = 0;
  for (const Stage &stage : plan.stages) {
    auto linear = dyn_cast_or_null<nn::LinearOp>(stage.op);
    if (!linear)
      continue;
    const PackedLinear &packed = plan.packedLinear(linear);
    if (plan.level->tileOf(packed.panelWidth).packsRows) {
      int64_t rows = plan.blockSamples * plan.sampleSize(linear.getResult()) / packed.out;
      size = std::max(size, rows * stretchOf(packed.in));
    }
  }
  return size;
}

Plan nnc::codegen::makePlan(func::FuncOp forward, const CpuLevel &level) {
  Plan plan;
  plan.level = &level;
  int64_t perSample = planModel(forward, CpuPlanTarget(level), plan);
  plan.blockSamples = chooseBlock(plan);
  scaleWorkspace(plan, plan.blockSamples);
  plan.rowsOffset = perSample * plan.blockSamples;
  plan.workspaceSize = plan.rowsOffset + packedRowsSize(plan);
  return plan;
}
