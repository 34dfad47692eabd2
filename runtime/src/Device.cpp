//===- Device.cpp - where tensors are and models run ----------------------===//

#include "nnc/Device.h"

#include "cuda/Gpu.h"

#include <charconv>
#include <ostream>

using namespace nnc;

Result<Device> Device::tryParse(std::string_view text) {
  std::string_view name = text.substr(0, text.find(':'));
  Device device;
  if (name.size() < text.size()) {
    int index = -1;
    auto [end, error] = std::from_chars(text.data() + name.size() + 1, text.data() + text.size(), index);
    if (error == std::errc() && end == text.data() + text.size() && index >= 0)
      device.deviceIndex = index;
    else
      name = {};
  }
  if (name == "mps" || name == "xpu" || name == "mtia" || name == "hpu")
    return Error(StatusCode::Unsupported,
                 "device '" + std::string(text) + "' is not supported: nnc has code for CPUs, not for such GPUs");
  if (name != "cpu" && name != "cuda")
    return Error(StatusCode::Invalid, "unknown device '" + std::string(text) + "'; there are cpu, cuda and cuda:N");
  device.deviceKind = name == "cpu" ? Kind::Cpu : Kind::Cuda;
  return device;
}

std::optional<Error> Device::unavailable() const {
  return isCpu() ? std::nullopt : cuda::findUnavailable(*resolved().index());
}

std::string Device::str() const {
  std::string text = deviceKind == Kind::Cpu ? "cpu" : "cuda";
  return deviceIndex ? text + ":" + std::to_string(*deviceIndex) : text;
}

std::ostream &nnc::operator<<(std::ostream &os, const Device &device) { return os << device.str(); }

bool nnc::cuda_is_available() { return !Device::tryParse("cuda")->unavailable(); }

bool nnc::mps_is_available() { return false; }
