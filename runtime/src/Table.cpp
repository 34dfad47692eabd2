//===- Table.cpp - a model's table, checked -------------------------------===//

#include "Table.h"

#include "CpuFeatures.h"
#include "TableReading.h"

#include <cstddef>
#include <limits>

using namespace nnc;

std::optional<size_t> nnc::sizeOfSamples(const TensorInfo &info, int64_t batch) {
  int64_t bytes = static_cast<int64_t>(sizeOf(info.dtype));
  for (int64_t extent : info.shape)
    if (__builtin_mul_overflow(bytes, extent < 0 ? batch : extent, &bytes))
      return std::nullopt;
  return static_cast<size_t>(bytes);
}

static Result<std::vector<TensorInfo>> readTensors(const nnc_array &array, const std::string &what, bool mayBeOpen) {
  if (!isSound<nnc_tensor_info>(array))
    return malformed("its " + what + "s");
  std::vector<TensorInfo> tensors;
  for (uint32_t i = 0; i < array.count; ++i) {
    auto *info = elementAt<nnc_tensor_info>(array, i);
    if (!isWhole(info) || !info->name || !isSound<int64_t>(info->shape))
      return malformed(what + " " + std::to_string(i));
    TensorInfo tensor;
    tensor.name = info->name;
    if (info->dtype.code == NNC_DTYPE_FLOAT && info->dtype.bits == 32 && info->dtype.lanes == 1)
      tensor.dtype = DType::F32;
    else if (info->dtype.code == NNC_DTYPE_INT && info->dtype.bits == 64 && info->dtype.lanes == 1)
      tensor.dtype = DType::I64;
    else
      return Error(StatusCode::Unsupported,
                   what + " \"" + tensor.name + "\" has an element type that this runtime does not know");
    for (uint32_t dim = 0; dim < info->shape.count; ++dim) {
      int64_t extent = *elementAt<int64_t>(info->shape, dim);
      if (extent < -1 || (extent == -1 && (dim != 0 || !mayBeOpen)))
        return malformed(what + " \"" + tensor.name + "\" has extent " + std::to_string(extent));
      tensor.shape.push_back(extent);
    }
    if (!sizeOfSamples(tensor, 1))
      return malformed(what + " \"" + tensor.name + "\" is too large");
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

/// Sets the first variant of `variants` that this CPU can run, or why there is none.
static std::optional<Error> chooseCpuVariant(const nnc_array &variants, Table &table) {
  if (!isSound<nnc_cpu_variant>(variants))
    return malformed("its CPU variants");
  std::string known;
  for (uint32_t i = 0; i < variants.count; ++i) {
    auto *variant = elementAt<nnc_cpu_variant>(variants, i);
    if (!isWhole(variant) || !variant->level || !variant->pack || !variant->phases || !variant->run_part)
      return malformed("CPU variant " + std::to_string(i));
    auto isPowerOfTwo = [](uint64_t n) { return n != 0 && (n & (n - 1)) == 0; };
    constexpr uint64_t limit = uint64_t(1) << 62;
    if (!isPowerOfTwo(variant->packed_alignment) || !isPowerOfTwo(variant->workspace_alignment) ||
        variant->packed_size > limit || variant->shared_workspace_size > limit || variant->part_workspace_size > limit)
      return malformed("sizes of CPU variant " + std::to_string(i));
    known += (i ? ", " : "") + std::string(variant->level);
    bool fits = variant->machine == hostMachine() && (variant->features & ~hostFeatures()) == 0;
    if (fits && !table.cpuVariant)
      table.cpuVariant = variant;
  }
  if (!table.cpuVariant)
    table.cpuUnfitReason = "the model was compiled for " + (known.empty() ? "no CPU" : known) + "; this CPU is " +
                           levelName(hostFeatures());
  return std::nullopt;
}

Result<Table> nnc::readTable(const nnc_model *model) {
  if (!isWhole(model) || !model->name || !model->compiler || !model->options || !model->target)
    return malformed("it is cut off");
  if (model->abi_version != NNC_ABI_VERSION)
    return Error(StatusCode::Unsupported, "the model has version " + std::to_string(model->abi_version) +
                                              " of nnc/abi.h, this runtime " + std::to_string(NNC_ABI_VERSION));
  // The entry of a model from before there was code for GPUs ends before that field.
  constexpr size_t leastEntrySize = offsetof(nnc_entry, cuda_variants);
  if (model->entries.count == 0 || !model->entries.data || model->entries.stride < leastEntrySize)
    return malformed("it has no entry");
  auto *entry = elementAt<nnc_entry>(model->entries, 0);
  if (entry->size < leastEntrySize || !entry->name)
    return malformed("its first entry");
  if (entry->symbols.count > 1)
    return Error(StatusCode::Unsupported,
                 "the model has shapes with more than the batch open, which this runtime does not know");

  Table table;
  table.model = model;
  table.name = model->name;
  table.open = entry->symbols.count == 1;
  table.flopsPerSample = entry->flops_per_sample;
  struct {
    const nnc_array &array;
    const char *what;
    std::vector<TensorInfo> &to;
  } lists[] = {{entry->inputs, "input", table.inputs},
               {entry->outputs, "output", table.outputs},
               {model->parameters, "parameter", table.parameters}};
  for (auto &list : lists) {
    bool mayBeOpen = table.open && &list.array != &model->parameters;
    Result<std::vector<TensorInfo>> tensors = readTensors(list.array, list.what, mayBeOpen);
    if (!tensors)
      return tensors.error();
    list.to = std::move(*tensors);
  }
  if (std::optional<Error> error = chooseCpuVariant(entry->cpu_variants, table))
    return *error;
  if (isWhole(entry)) {
    Result<std::vector<cuda::Variant>> variants =
        cuda::readVariants(entry->cuda_variants, {table.inputs.size(), table.outputs.size(), table.open});
    if (!variants)
      return variants.error();
    table.cudaVariants = std::move(*variants);
  }
  return table;
}
