//===- AddressSpace.h - global memory ---------------------------*- C++ -*-===//
//
// Allocations at addresses that mean nothing to the host, with gaps between them.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_MEMORY_ADDRESSSPACE_H
#define SOFTGPU_MEMORY_ADDRESSSPACE_H

#include "Region.h"

#include <map>
#include <memory>
#include <vector>

namespace softgpu {

/// Generic addresses: shared, local and parameter memory are windows, everything else is global.
constexpr uint64_t sharedWindow = 0x7a00'0000'0000, localWindow = 0x7b00'0000'0000, paramWindow = 0x7c00'0000'0000;
constexpr uint64_t windowBytes = 1ull << 32;

enum class AllocationKind : uint8_t { Device, ModuleGlobal, PinnedHost, RegisteredHost };

struct Allocation {
  Region region;
  AllocationKind kind = AllocationKind::Device;
  void *context = nullptr; // whose it is
  bool isHost() const { return kind == AllocationKind::PinnedHost || kind == AllocationKind::RegisteredHost; }
  std::vector<uint8_t> data, states;
  std::vector<Cell> cells;
};

class AddressSpace {
public:
  /// Fresh memory, nothing of it written, at a multiple of 256.
  Allocation &allocate(uint64_t bytes, AllocationKind kind, void *context);
  /// Memory of the host which the device may address at its host address.
  Allocation &addHost(void *pointer, uint64_t bytes, AllocationKind kind, void *context);
  bool release(uint64_t base);
  /// The allocation in which `address` lies, or null.
  Allocation *find(uint64_t address) const;
  /// The allocation that lies nearest below `address`, for messages.
  Allocation *nearestBelow(uint64_t address) const;
  /// What cuMemAlloc gave to the context.
  uint64_t deviceBytes(const void *context) const;
  int64_t count(AllocationKind kind) const;
  std::vector<Allocation *> ownedBy(void *context) const;

private:
  std::map<uint64_t, std::unique_ptr<Allocation>> allocations; // by base
  uint64_t next = 0x7'0000'0000;
};

} // namespace softgpu

#endif
