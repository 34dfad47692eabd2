//===- Region.h - memory with its shadow ------------------------*- C++ -*-===//
//
// A piece of memory that the device can address.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_MEMORY_REGION_H
#define SOFTGPU_MEMORY_REGION_H

#include "Race.h"

#include <cstddef>
#include <cstring>

namespace softgpu {

/// What the shadow says of one byte.
enum ByteState : uint8_t {
  Unwritten = 0,
  Written = 1,
  InFlight = 2 // the destination of a cp.async whose wait has not come yet
};

struct Region {
  uint64_t base = 0;
  uint64_t sizeBytes = 0;
  uint8_t *data = nullptr;
  uint8_t *states = nullptr; // one ByteState a byte; null: everything counts as written
  Cell *cells = nullptr;     // one a word; null: races are not looked for
  bool readOnly = false;

  bool contains(uint64_t address, uint64_t bytes) const {
    return address - base < sizeBytes && bytes <= sizeBytes - (address - base);
  }
  bool isWritten(uint64_t offset, unsigned bytes) const {
    if (!states)
      return true;
    if (bytes == 4) {
      uint32_t word;
      std::memcpy(&word, states + offset, 4);
      return word == 0x01010101;
    }
    for (unsigned i = 0; i < bytes; ++i)
      if (states[offset + i] != Written)
        return false;
    return true;
  }
  void mark(uint64_t offset, uint64_t bytes, ByteState state) {
    if (states)
      std::memset(states + offset, state, bytes);
  }
};

} // namespace softgpu

#endif
