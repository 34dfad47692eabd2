//===- AlignedMemory.h - memory at a multiple of something ------*- C++ -*-===//

#ifndef NNC_RUNTIME_ALIGNEDMEMORY_H
#define NNC_RUNTIME_ALIGNEDMEMORY_H

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace nnc {

struct FreeMemory {
  void operator()(void *memory) const { std::free(memory); }
};
using AlignedMemory = std::unique_ptr<void, FreeMemory>;

/// At least `size` bytes at a multiple of `alignment`, a power of two; null if there are not so many.
inline AlignedMemory allocateAligned(size_t size, size_t alignment) {
  if (alignment < sizeof(void *))
    alignment = sizeof(void *);
  size_t rounded;
  if (__builtin_add_overflow(size, alignment, &rounded))
    return nullptr;
  return AlignedMemory(std::aligned_alloc(alignment, rounded / alignment * alignment));
}

} // namespace nnc

#endif // NNC_RUNTIME_ALIGNEDMEMORY_H
