//===- Device.h - where tensors are and models run --------------*- C++ -*-===//
//
//     nnc::Device device = nnc::cuda_is_available() ? "cuda" : "cpu";
//     std::cout << "Using " << device << " device\n";
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DEVICE_H
#define NNC_DEVICE_H

#include "nnc/Status.h"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnc {

/// A processor, as PyTorch spells it: "cpu", "cuda", "cuda:1".
class Device {
public:
  enum class Kind { Cpu, Cuda };

  /// The CPU.
  Device() = default;
  /// Errors: Unsupported for devices that PyTorch has and nnc has not, such as "mps"; Invalid for any other text.
  static Result<Device> tryParse(std::string_view text);

#if NNC_HAS_EXCEPTIONS
  Device(const char *text) : Device(tryParse(text).orThrow()) {}
  Device(const std::string &text) : Device(tryParse(text).orThrow()) {}
#endif

  /// "cuda:N"; the index is not negative.
  static Device cuda(int index) {
    Device device;
    device.deviceKind = Kind::Cuda;
    device.deviceIndex = index;
    return device;
  }

  Kind kind() const { return deviceKind; }
  bool isCpu() const { return deviceKind == Kind::Cpu; }
  /// Which of its kind, if that was said. "cuda" alone means the first.
  std::optional<int> index() const { return deviceIndex; }
  /// The device that is meant, as tensors and models name the one where they are: "cuda:0" for "cuda", "cpu" for
  /// "cpu:0".
  Device resolved() const { return isCpu() ? Device() : cuda(deviceIndex.value_or(0)); }
  /// Nothing if models can run there, else why not and what to do. A GPU is asked for its properties and not used.
  std::optional<Error> unavailable() const;

  /// "cuda:1"
  std::string str() const;

  friend bool operator==(const Device &a, const Device &b) {
    return a.deviceKind == b.deviceKind && a.deviceIndex == b.deviceIndex;
  }
  friend bool operator!=(const Device &a, const Device &b) { return !(a == b); }

private:
  Kind deviceKind = Kind::Cpu;
  std::optional<int> deviceIndex;
};

std::ostream &operator<<(std::ostream &os, const Device &device);

/// What an NVIDIA GPU is.
struct GpuInfo {
  Device device;       ///< "cuda:1"
  std::string name;    ///< "NVIDIA A100-SXM4-40GB"
  int arch = 0;        ///< compute capability: 80 is 8.0
  int cudaVersion = 0; ///< that its driver speaks: 12040 is 12.4
  uint64_t memoryBytes = 0;
  int sharedBytesPerBlock = 0; ///< at most
  int multiprocessors = 0;
  double clockGhz = 0; ///< of the multiprocessors, at most
  int memoryBusBits = 0;
  double memoryClockGhz = 0;

  /// "cuda:1 (NVIDIA A100-SXM4-40GB)"
  std::string str() const;
  /// f32 fused multiply-adds that a multiprocessor does at once; 0 for an architecture that is not known.
  int fmaLanes() const;
};

/// All NVIDIA GPUs, in the order of their indices. Errors: System, with what to do if there is no driver or no GPU.
Result<std::vector<GpuInfo>> listGpus();

/// Whether models can run on an NVIDIA GPU here.
bool cuda_is_available();
/// Whether models can run on an Apple GPU: never, nnc has no code for them.
bool mps_is_available();

} // namespace nnc

#endif // NNC_DEVICE_H
