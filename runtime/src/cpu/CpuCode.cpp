//===- CpuCode.cpp - a model on the CPU -----------------------------------===//

#include "DeviceCode.h"
#include "LargePages.h"
#include "Table.h"
#include "cpu/CpuExecutor.h"

using namespace nnc;

namespace {

class CpuPackedModel final : public PackedModel {
public:
  CpuPackedModel(const Table &table, AlignedMemory packed) : table(table), packed(std::move(packed)) {}

  Result<std::unique_ptr<Executor>> makeExecutor(const RunnerOptions &options) const override {
    return CpuExecutor::make(table, packed.get(), options);
  }

private:
  const Table &table;
  AlignedMemory packed;
};

class CpuCode final : public DeviceCode {
public:
  explicit CpuCode(const Table &table) : table(table) {}

  Device device() const override { return {}; }
  std::string_view level() const override { return table.cpuVariant->level; }

  Result<std::unique_ptr<const PackedModel>> pack(const std::vector<const void *> &parameters) const override {
    const nnc_cpu_variant &variant = *table.cpuVariant;
    AlignedMemory packed = allocateInLargePages(variant.packed_size, variant.packed_alignment);
    if (!packed)
      return Error(StatusCode::System,
                   "no memory for " + std::to_string(variant.packed_size) + " bytes of packed weights");
    variant.pack(parameters.data(), packed.get());
    return std::unique_ptr<const PackedModel>(new CpuPackedModel(table, std::move(packed)));
  }

private:
  const Table &table;
};

} // namespace

Result<std::unique_ptr<const DeviceCode>> nnc::makeCpuCode(const Table &table) {
  if (!table.cpuVariant)
    return Error(StatusCode::System, table.cpuUnfitReason);
  return std::unique_ptr<const DeviceCode>(new CpuCode(table));
}
