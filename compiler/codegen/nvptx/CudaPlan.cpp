//===- CudaPlan.cpp - where the values of a model live on a GPU -----------===//

#include "compiler/codegen/nvptx/CudaPlan.h"

#include "compiler/codegen/nvptx/Kernels.h"

#include "nnc/abi.h"

#include "llvm/Support/MathExtras.h"

#include <set>

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

namespace {

/// A kernel for a linear, and the most rows of a call that it is for.
struct KernelUpTo {
  int64_t maxRows;
  CudaLinearKernel kernel;
};

class CudaPlanTarget : public ModelPlanTarget {
public:
  PackedLinear layoutLinear(int64_t in, int64_t out) const override {
    PackedLinear packed{};
    packed.in = in;
    packed.out = out;
    packed.paddedIn = llvm::alignTo(in, cudaPaddedK);
    packed.panelWidth = cudaPanelWidth;
    // Whole tiles of the widest that the layer takes: tiles copy weights and bias without looking where they end.
    packed.panels = llvm::alignTo(out, chooseLinearTiles(in, out).back().tile.columns()) / cudaPanelWidth;
    return packed;
  }

  /// A line of the GPU's caches, 128 bytes.
  int64_t alignment() const override { return 32; }
};

} // namespace

/// Ascending, the last for all rows that there may be. Blocks of 4 rows are done soonest as long as a GPU of about 130
/// multiprocessors runs them all at once, two on each; those of 16 read each weight less often, and tiles still less,
/// once there are enough of them.
static SmallVector<KernelUpTo, 5> kernelsFor(const PackedLinear &packed) {
  constexpr int64_t few = 4, more = 16, blocksAtOnce = 256;
  int64_t panels = llvm::divideCeil(packed.out, cudaPanelWidth);
  SmallVector<KernelUpTo, 5> kernels{{few * std::max<int64_t>(blocksAtOnce / panels, 1), {few, {}}}, {0, {more, {}}}};
  for (const auto &[rows, tile] : chooseLinearTiles(packed.in, packed.out)) {
    kernels.back().maxRows = rows - 1;
    kernels.push_back({INT64_MAX, {0, tile}});
  }
  return kernels;
}

static int64_t rowsPerSample(const CudaPlan &plan, nn::LinearOp linear) {
  return plan.sampleSize(linear.getInput()) / plan.rowWidth(linear.getInput());
}

CudaLinearKernel CudaPlan::linearKernel(nn::LinearOp linear, int64_t maxSamples) const {
  int64_t samples = isOpen() ? maxSamples : staticSamples;
  SmallVector<KernelUpTo, 5> kernels = kernelsFor(packedLinear(linear));
  for (const auto &[maxRows, kernel] : ArrayRef(kernels).drop_back())
    if (samples <= maxRows / rowsPerSample(*this, linear))
      return kernel;
  return kernels.back().kernel;
}

CudaArgument CudaPlan::addressOf(Value value) const {
  const Buffer &buffer = buffers.find(value)->second;
  switch (buffer.kind) {
  case Buffer::Kind::Input:
    return {NNC_CUDA_INPUT, buffer.index, 0, 0};
  case Buffer::Kind::Output:
    return {NNC_CUDA_OUTPUT, buffer.index, 0, 0};
  case Buffer::Kind::Packed:
    return {NNC_CUDA_PACKED, 0, buffer.offset * 4, 0};
  case Buffer::Kind::Workspace:
    if (isOpen())
      return {NNC_CUDA_WORKSPACE, 0, 0, buffer.offset * 4};
    return {NNC_CUDA_WORKSPACE, 0, buffer.offset * 4, 0};
  }
  llvm_unreachable("all kinds are handled");
}

CudaArgument CudaPlan::countOf(int64_t count) const {
  if (isOpen())
    return {NNC_CUDA_COUNT, 0, 0, count};
  return {NNC_CUDA_COUNT, 0, count * staticSamples, 0};
}

CudaPlan nnc::codegen::makeCudaPlan(func::FuncOp forward) {
  CudaPlan plan;
  int64_t perSample = planModel(forward, CudaPlanTarget(), plan);
  if (!plan.isOpen()) {
    scaleWorkspace(plan, plan.staticSamples);
    plan.workspaceSize = perSample * plan.staticSamples;
    plan.scheduleEnds = {INT64_MAX};
    return plan;
  }
  plan.workspaceSizePerSample = perSample;
  std::set<int64_t> ends{INT64_MAX};
  for (auto linear : forward.getOps<nn::LinearOp>())
    for (const auto &[maxRows, kernel] : kernelsFor(plan.packedLinear(linear)))
      if (int64_t samples = maxRows == INT64_MAX ? maxRows : maxRows / rowsPerSample(plan, linear))
        ends.insert(samples);
  plan.scheduleEnds.assign(ends.begin(), ends.end());
  return plan;
}
