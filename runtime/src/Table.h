//===- Table.h - a model's table, checked -----------------------*- C++ -*-===//

#ifndef NNC_RUNTIME_TABLE_H
#define NNC_RUNTIME_TABLE_H

#include "cuda/Variant.h"
#include "nnc/Model.h"

namespace nnc {

/// What the runtime needs of an nnc_model, in its own types.
struct Table {
  const nnc_model *model = nullptr;
  std::string name;
  std::vector<TensorInfo> inputs, outputs, parameters;
  bool open = false;
  uint64_t flopsPerSample = 0;
  const nnc_cpu_variant *cpuVariant = nullptr; ///< null if this CPU can run none
  std::string cpuUnfitReason;                  ///< then, why
  std::vector<cuda::Variant> cudaVariants;     ///< empty if the model was compiled without
};

/// Reads `model` and chooses the variant for this CPU. Errors: sizes, counts or values that no version of the format
/// allows; element types and entries that this runtime does not know.
Result<Table> readTable(const nnc_model *model);

/// Bytes of `batch` samples of `info`, or nothing if they do not fit 63 bits.
std::optional<size_t> sizeOfSamples(const TensorInfo &info, int64_t batch);

} // namespace nnc

#endif // NNC_RUNTIME_TABLE_H
