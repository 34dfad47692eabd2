//===- ElementMemory.h - memory of tensors ----------------------*- C++ -*-===//

#ifndef NNC_RUNTIME_ELEMENTMEMORY_H
#define NNC_RUNTIME_ELEMENTMEMORY_H

#include "nnc/Device.h"

#include <cstddef>
#include <memory>

namespace nnc {

/// Memory on `device`, a resolved one, that is freed with the last pointer. It has an address even for no bytes, at a
/// multiple of 64, and is zero on the CPU. Errors: no memory; a GPU that is not there.
Result<std::shared_ptr<void>> allocateElements(const Device &device, size_t bytes);

/// An address on a resolved device.
struct Place {
  void *address;
  Device device;
};

/// Copies `bytes`, done when this returns; on the CPU the two may overlap. Returns what went wrong, if anything.
[[nodiscard]] std::optional<Error> copyElements(const Place &to, const Place &from, size_t bytes);

} // namespace nnc

#endif // NNC_RUNTIME_ELEMENTMEMORY_H
