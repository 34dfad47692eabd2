//===- CudaCode.cpp - a model on a GPU ------------------------------------===//

#include "AlignedMemory.h"
#include "Table.h"
#include "cuda/CudaExecutor.h"
#include "cuda/Module.h"

using namespace nnc;
using namespace nnc::cuda;

/// Of the host memory into which a model packs; abi.h says it.
static constexpr size_t packAlignment = 64;

namespace {

class CudaPackedModel final : public PackedModel {
public:
  CudaPackedModel(const Table &table, const Module &module, DeviceMemory packed)
      : table(table), module(module), packed(std::move(packed)) {}

  Result<std::unique_ptr<Executor>> makeExecutor(const RunnerOptions &options) const override {
    return CudaExecutor::make(table, module, packed.address(), options);
  }

private:
  const Table &table;
  const Module &module;
  DeviceMemory packed;
};

class CudaCode final : public DeviceCode {
public:
  CudaCode(const Table &table, Module module) : table(table), module(std::move(module)) {}

  Device device() const override { return module.context().info.device; }
  std::string_view level() const override { return module.level(); }

  Result<std::unique_ptr<const PackedModel>> pack(const std::vector<const void *> &parameters) const override {
    size_t bytes = module.variant().packedSize;
    Result<DeviceMemory> memory = DeviceMemory::allocate(module.sharedContext(), bytes, "packed weights");
    if (!memory)
      return memory.error();
    AlignedMemory packed = allocateAligned(bytes, packAlignment);
    if (!packed)
      return Error(StatusCode::System, "no memory for " + std::to_string(bytes) + " bytes of packed weights");
    module.variant().pack(parameters.data(), packed.get());
    if (CallResult failed = copyToDevice(module.context(), memory->address(), packed.get(), bytes))
      return module.context().makeError(failed, "cannot copy the weights");
    return std::unique_ptr<const PackedModel>(new CudaPackedModel(table, module, std::move(*memory)));
  }

private:
  const Table &table;
  Module module;
};

} // namespace

Result<std::unique_ptr<const DeviceCode>> nnc::makeCudaCode(const Table &table, int index) {
  if (table.cudaVariants.empty())
    return Error(StatusCode::Invalid,
                 "model " + table.name + " has no code for GPUs; compile it with --device=cpu,cuda");
  Result<std::shared_ptr<const Context>> context = Context::get(index);
  if (!context)
    return context.error();
  Result<Module> module = Module::load(std::move(*context), table.cudaVariants, table.name);
  if (!module)
    return module.error();
  return std::unique_ptr<const DeviceCode>(new CudaCode(table, std::move(*module)));
}
