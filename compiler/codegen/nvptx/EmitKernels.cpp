//===- EmitKernels.cpp - a fused forward as kernels and launches ----------===//

#include "compiler/codegen/nvptx/EmitKernels.h"

#include "compiler/codegen/cpu/EmitPack.h"
#include "compiler/codegen/nvptx/CudaPlan.h"
#include "compiler/codegen/nvptx/Kernels.h"

#include "nnc/abi.h"

#include "llvm/ADT/TypeSwitch.h"

#include <numeric>

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

static int64_t product(ArrayRef<int64_t> extents) {
  return std::accumulate(extents.begin(), extents.end(), int64_t(1), std::multiplies<>());
}

namespace {

/// Makes the launches of one model, stage by stage.
class LaunchEmitter {
public:
  LaunchEmitter(const CudaPlan &plan, CudaKernelLibrary &kernels) : plan(plan), kernels(kernels) {}

  CudaSchedule emit(int64_t maxSamples) {
    CudaSchedule schedule{maxSamples, {}};
    for (const Stage &stage : plan.stages)
      schedule.launches.push_back(stage.op ? emitOperation(stage.op, maxSamples) : emitCopy(stage));
    return schedule;
  }

private:
  /// A launch of `kernel` over `rowsPerSample` rows of every sample; its sizes and their number are the last arguments.
  CudaLaunch launch(const CudaKernel &kernel, int64_t rowsPerSample, std::vector<CudaArgument> arguments) {
    for (int64_t size : kernel.sizes)
      arguments.push_back({NNC_CUDA_COUNT, 0, size, 0});
    CudaArgument rows = plan.countOf(rowsPerSample);
    arguments.push_back(rows);
    return {kernel.name, kernel.threads, rows.offset, rows.scale, kernel.rowsPerBlock, kernel.gridY, arguments};
  }

  CudaLaunch emitOperation(Operation *op, int64_t maxSamples) {
    CudaArgument x = plan.addressOf(op->getOperand(0)), y = plan.addressOf(op->getResult(0));
    return llvm::TypeSwitch<Operation *, CudaLaunch>(op)
        .Case([&](nn::LinearOp linear) { return emitLinear(linear, maxSamples, x, y); })
        .Case([&](nn::ElementwiseOpInterface elementwise) {
          return launch(kernels.elementwise(elementwise), plan.sampleSize(op->getOperand(0)), {x, y});
        })
        .Case([&](nn::SoftmaxOpInterface softmax) {
          auto [slices, extent, inner] = rowsAlong(softmax->getOperand(0), softmax.getNormalizedDim());
          return launch(kernels.softmax(softmax, extent, inner), slices * inner, {x, y});
        })
        .Case([&](nn::ArgmaxOp argmax) {
          auto [slices, extent, inner] = rowsAlong(argmax.getInput(), argmax.getNormalizedDim());
          return launch(kernels.argmax(argmax, extent, inner), slices * inner, {x, y});
        })
        .Default(
            [](Operation *) -> CudaLaunch { llvm_unreachable("nn-verify-fused lets no other operation through"); });
  }

  CudaLaunch emitLinear(nn::LinearOp linear, int64_t maxSamples, CudaArgument x, CudaArgument y) {
    const PackedLinear &packed = plan.packedLinear(linear);
    auto [blockRows, tile] = plan.linearKernel(linear, maxSamples);
    CudaKernel kernel =
        tile ? kernels.linearTile(linear, packed, *tile) : kernels.linearFewRows(linear, packed, blockRows);
    std::vector<CudaArgument> addresses{x, {NNC_CUDA_PACKED, 0, packed.panelOffset() * 4, 0}};
    if (packed.bias >= 0)
      addresses.push_back({NNC_CUDA_PACKED, 0, packed.offset * 4, 0});
    addresses.push_back(y);
    return launch(kernel, plan.sampleSize(linear.getInput()) / packed.in, addresses);
  }

  /// The value that result `stage.output` returns, into that result.
  CudaLaunch emitCopy(const Stage &stage) {
    Type elementType = cast<RankedTensorType>(stage.source.getType()).getElementType();
    CudaArgument to{NNC_CUDA_OUTPUT, stage.output, 0, 0};
    return launch(kernels.copy(stage.source.getLoc(), elementType), plan.sampleSize(stage.source),
                  {plan.addressOf(stage.source), to});
  }

  /// `value` as (slices, extent, inner) around `dim` of the whole type, slices of one sample.
  std::array<int64_t, 3> rowsAlong(Value value, int64_t dim) {
    ArrayRef<int64_t> shape = nn::reducedShape(plan.sampleShape(value));
    int64_t sampleDim = dim - (plan.batched ? 1 : 0);
    return {product(shape.take_front(sampleDim)), shape[sampleDim], product(shape.drop_front(sampleDim + 1))};
  }

  const CudaPlan &plan;
  CudaKernelLibrary &kernels;
};

} // namespace

CudaVariant nnc::codegen::emitKernels(func::FuncOp forward, const CpuLevel &host, ModuleOp module) {
  CudaPlan plan = makeCudaPlan(forward);
  auto b = OpBuilder::atBlockEnd(module.getBody());
  CudaKernelLibrary kernels(gpu::GPUModuleOp::create(b, forward.getLoc(), "cuda_kernels"));
  LaunchEmitter launches(plan, kernels);
  CudaVariant variant;
  for (int64_t end : plan.scheduleEnds)
    variant.schedules.push_back(launches.emit(end));
  variant.packedSize = plan.packedSize * 4;
  variant.workspaceSize = plan.workspaceSize * 4;
  variant.workspaceSizePerSample = plan.workspaceSizePerSample * 4;
  KernelLibrary packKernels(module, host, cudaHostSuffix.drop_front());
  variant.pack = emitPack(plan, packKernels, module, ("pack" + cudaHostSuffix).str(), forward.getLoc()).getName();
  return variant;
}
