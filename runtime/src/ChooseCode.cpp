//===- ChooseCode.cpp - where a model runs --------------------------------===//

#include "DeviceCode.h"
#include "Table.h"

using namespace nnc;

static Result<ChosenCode> chooseAutomatically(const Table &table) {
  Result<std::unique_ptr<const DeviceCode>> onGpu = makeCudaCode(table, 0);
  if (onGpu)
    return ChosenCode{std::move(*onGpu), {}};
  Result<std::unique_ptr<const DeviceCode>> onCpu = makeCpuCode(table);
  if (onCpu)
    return ChosenCode{std::move(*onCpu), onGpu.error().message()};
  bool hasGpuCode = !table.cudaVariants.empty();
  return hasGpuCode ? Error(onCpu.error().code(), onCpu.error().message() + "; and " + onGpu.error().message())
                    : onCpu.error();
}

Result<ChosenCode> nnc::chooseCode(const Table &table, const std::string &name) {
  if (name == "auto")
    return chooseAutomatically(table);
  Result<Device> device = Device::tryParse(name);
  if (!device)
    return device.error();
  Result<std::unique_ptr<const DeviceCode>> code =
      device->isCpu() ? makeCpuCode(table) : makeCudaCode(table, *device->resolved().index());
  if (!code)
    return code.error();
  return ChosenCode{std::move(*code), {}};
}
