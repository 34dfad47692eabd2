//===- CudaTable.cpp - the GPU variant in the model table -----------------===//

#include "compiler/codegen/CudaTable.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace nnc::codegen;

/// Indices of the kernels that `variant` launches, in the order in which they are first launched, and their threads.
using Kernels = MapVector<StringRef, int64_t>;

static Kernels listKernels(const CudaVariant &variant) {
  Kernels kernels;
  for (const CudaSchedule &schedule : variant.schedules)
    for (const CudaLaunch &launch : schedule.launches)
      kernels.insert({launch.kernel, launch.threads});
  return kernels;
}

static Constant *imageRecord(TableBuilder &b, const CudaImage &image) {
  bool isText = image.kind == NNC_CUDA_PTX;
  return b.record<nnc_cuda_image>({b.u32(image.kind), b.u32(image.arch), b.u32(image.ptxVersion),
                                   b.bytes(image.bytes, /*addZero=*/isText, /*alignment=*/16),
                                   b.u64(image.bytes.size() + isText)});
}

static Constant *launchRecord(TableBuilder &b, const CudaLaunch &launch, const Kernels &kernels) {
  std::vector<Constant *> arguments;
  for (const CudaArgument &argument : launch.arguments)
    arguments.push_back(b.record<nnc_cuda_argument>(
        {b.u32(argument.kind), b.u32(argument.index), b.u32(0), b.u64(argument.offset), b.u64(argument.scale)}));
  auto index = std::distance(kernels.begin(), kernels.find(launch.kernel));
  return b.record<nnc_cuda_launch>({b.u32(index), b.u64(launch.rows), b.u64(launch.rowsPerSample),
                                    b.u32(launch.rowsPerBlock), b.u32(launch.gridY),
                                    b.array<nnc_cuda_argument>(arguments)});
}

Constant *nnc::codegen::cudaVariantRecord(TableBuilder &b, const CudaVariant &variant, ArrayRef<CudaImage> images) {
  Kernels kernels = listKernels(variant);
  auto imageRecords = map_to_vector(images, [&](const CudaImage &image) { return imageRecord(b, image); });
  auto kernelRecords = map_to_vector(kernels, [&](const auto &kernel) {
    return b.record<nnc_cuda_kernel>({b.u32(kernel.second), b.text(kernel.first), b.u32(0), b.u32(0)});
  });
  auto scheduleRecords = map_to_vector(variant.schedules, [&](const CudaSchedule &schedule) {
    auto launches =
        map_to_vector(schedule.launches, [&](const CudaLaunch &launch) { return launchRecord(b, launch, kernels); });
    return b.record<nnc_cuda_schedule>({b.u32(0), b.u64(schedule.maxSamples), b.array<nnc_cuda_launch>(launches)});
  });
  return b.record<nnc_cuda_variant>(
      {b.u32(0), b.array<nnc_cuda_image>(imageRecords), b.array<nnc_cuda_kernel>(kernelRecords),
       b.array<nnc_cuda_schedule>(scheduleRecords), b.u64(variant.packedSize), b.u64(variant.workspaceSize),
       b.u64(variant.workspaceSizePerSample), b.function(variant.pack)});
}
