//===- Device.h - where tensors are and models run --------------*- C++ -*-===//
//
//     nnc::Device device = nnc::cuda_is_available() ? "cuda" : "cpu";
//     std::cout << "Using " << device << " device\n";
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DEVICE_H
#define NNC_DEVICE_H

#include "nnc/Status.h"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

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

  Kind kind() const { return deviceKind; }
  /// Which of its kind; nothing for the one in use.
  std::optional<int> index() const { return deviceIndex; }
  /// Nothing if models can run there, else why not and what to do.
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

/// Whether models can run on an NVIDIA GPU here.
bool cuda_is_available();
/// Whether models can run on an Apple GPU: never, nnc has no code for them.
bool mps_is_available();

} // namespace nnc

#endif // NNC_DEVICE_H
