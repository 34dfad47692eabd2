//===- LargeMemory.h - memory in large pages --------------------*- C++ -*-===//

#ifndef NNC_TOOLS_COMMON_LARGEMEMORY_H
#define NNC_TOOLS_COMMON_LARGEMEMORY_H

#include <cstddef>
#include <memory>
#include <new>
#include <sys/mman.h>

inline constexpr std::align_val_t largePage{size_t(2) << 20};

struct FreeLargeMemory {
  void operator()(char *memory) const { ::operator delete(memory, largePage); }
};
using LargeMemory = std::unique_ptr<char, FreeLargeMemory>;

/// `bytes` in large pages where the system has them, as the runtime keeps weights. Throws std::bad_alloc.
inline LargeMemory allocateLarge(size_t bytes) {
  constexpr size_t page = static_cast<size_t>(largePage);
  size_t whole = (bytes + page - 1) / page * page;
  LargeMemory memory(static_cast<char *>(::operator new(whole, largePage)));
#if defined(MADV_HUGEPAGE)
  (void)madvise(memory.get(), whole, MADV_HUGEPAGE); // a wish
#endif
  return memory;
}

#endif // NNC_TOOLS_COMMON_LARGEMEMORY_H
