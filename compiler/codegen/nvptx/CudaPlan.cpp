//===- CudaPlan.cpp - where the values of a model live on a GPU -----------===//

#include "compiler/codegen/nvptx/CudaPlan.h"

#include "compiler/codegen/nvptx/Kernels.h"

#include "nnc/abi.h"

#include "llvm/Support/MathExtras.h"

#include <set>

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

/// Linears of up to so many rows take the kernel that is bound by reading weights. Beyond it tiles read each weight
/// less often than a panel a block does.
static constexpr int64_t fewRows = 64;

namespace {

class CudaPlanTarget : public ModelPlanTarget {
public:
  PackedLinear layoutLinear(int64_t in, int64_t out) const override {
    PackedLinear packed{};
    packed.in = in;
    packed.out = out;
    packed.paddedIn = llvm::alignTo(in, cudaPaddedK);
    packed.panelWidth = cudaPanelWidth;
    packed.panels = llvm::divideCeil(out, cudaPanelWidth);
    return packed;
  }

  /// A line of the GPU's caches, 128 bytes.
  int64_t alignment() const override { return 32; }
};

} // namespace

static int64_t rowsPerSample(const CudaPlan &plan, nn::LinearOp linear) {
  return plan.sampleSize(linear.getInput()) / plan.rowWidth(linear.getInput());
}

bool CudaPlan::hasFewRows(nn::LinearOp linear, int64_t maxSamples) const {
  return (isOpen() ? maxSamples : staticSamples) <= fewRows / rowsPerSample(*this, linear);
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
    if (int64_t samples = fewRows / rowsPerSample(plan, linear))
      ends.insert(samples);
  plan.scheduleEnds.assign(ends.begin(), ends.end());
  return plan;
}
