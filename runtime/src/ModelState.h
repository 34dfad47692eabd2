//===- ModelState.h - what a Model's copies share ---------------*- C++ -*-===//

#ifndef NNC_RUNTIME_MODELSTATE_H
#define NNC_RUNTIME_MODELSTATE_H

#include "Library.h"
#include "Table.h"

#include <cstdlib>

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

/// The code, shared by models with other weights.
struct Code {
  std::shared_ptr<const Library> library; ///< null for a linked model
  Table table;
};

struct Model::State {
  std::shared_ptr<const Code> code;
  AlignedMemory packed;
};

} // namespace nnc

#endif // NNC_RUNTIME_MODELSTATE_H
