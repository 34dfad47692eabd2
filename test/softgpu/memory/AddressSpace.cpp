//===- AddressSpace.cpp - global memory -----------------------------------===//

#include "AddressSpace.h"

namespace softgpu {

Allocation &AddressSpace::allocate(uint64_t bytes, AllocationKind kind, void *context) {
  auto allocation = std::make_unique<Allocation>();
  uint64_t words = (bytes + 3) / 4;
  allocation->data.resize(words * 4);
  allocation->states.resize(words * 4, Unwritten);
  allocation->cells.resize(words);
  allocation->kind = kind;
  allocation->context = context;
  // What nobody wrote is no zero either.
  std::memset(allocation->data.data(), 0xcd, words * 4);
  allocation->region = {next, bytes, allocation->data.data(), allocation->states.data(), allocation->cells.data()};
  next += (bytes + 255) / 256 * 256 + 4096;
  Allocation &result = *allocation;
  allocations[result.region.base] = std::move(allocation);
  return result;
}

Allocation &AddressSpace::addHost(void *pointer, uint64_t bytes, AllocationKind kind, void *context) {
  auto allocation = std::make_unique<Allocation>();
  allocation->kind = kind;
  allocation->context = context;
  allocation->region.base = reinterpret_cast<uint64_t>(pointer);
  allocation->region.sizeBytes = bytes;
  allocation->region.data = static_cast<uint8_t *>(pointer);
  Allocation &result = *allocation;
  allocations[result.region.base] = std::move(allocation);
  return result;
}

bool AddressSpace::release(uint64_t base) { return allocations.erase(base); }

Allocation *AddressSpace::nearestBelow(uint64_t address) const {
  auto after = allocations.upper_bound(address);
  return after == allocations.begin() ? nullptr : std::prev(after)->second.get();
}

Allocation *AddressSpace::find(uint64_t address) const {
  Allocation *below = nearestBelow(address);
  return below && below->region.contains(address, 1) ? below : nullptr;
}

uint64_t AddressSpace::deviceBytes(const void *context) const {
  uint64_t result = 0;
  for (auto &[base, allocation] : allocations)
    if (allocation->kind == AllocationKind::Device && allocation->context == context)
      result += allocation->region.sizeBytes;
  return result;
}

int64_t AddressSpace::count(AllocationKind kind) const {
  int64_t result = 0;
  for (auto &[base, allocation] : allocations)
    result += allocation->kind == kind;
  return result;
}

std::vector<Allocation *> AddressSpace::ownedBy(void *context) const {
  std::vector<Allocation *> result;
  for (auto &[base, allocation] : allocations)
    if (allocation->context == context)
      result.push_back(allocation.get());
  return result;
}

} // namespace softgpu
