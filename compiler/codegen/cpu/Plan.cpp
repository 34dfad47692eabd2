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

namespace {

class CpuPlanTarget : public ModelPlanTarget {
public:
  explicit CpuPlanTarget(const CpuLevel &level) : level(level) {}

  PackedLinear layoutLinear(int64_t in, int64_t out) const override {
    PackedLinear packed{};
    packed.in = packed.paddedIn = in;
    packed.out = out;
    packed.panelWidth = level.panelWidth();
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

Plan nnc::codegen::makePlan(func::FuncOp forward, const CpuLevel &level) {
  Plan plan;
  plan.level = &level;
  int64_t perSample = planModel(forward, CpuPlanTarget(level), plan);
  plan.blockSamples = chooseBlock(plan);
  scaleWorkspace(plan, plan.blockSamples);
  plan.workspaceSize = perSample * plan.blockSamples;
  return plan;
}
