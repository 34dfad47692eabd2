//===- LargePages.cpp - memory in large pages -----------------------------===//

#include "LargePages.h"

#include <algorithm>
#include <sys/mman.h>

using namespace nnc;

static constexpr size_t pageBytes = size_t(2) << 20;
/// Less is covered by a core's first-level TLB, and most of a page would be wasted.
static constexpr size_t worthwhileBytes = size_t(256) << 10;

AlignedMemory nnc::allocateInLargePages(size_t size, size_t alignment) {
  if (size < worthwhileBytes)
    return allocateAligned(size, alignment);
  size_t whole;
  if (__builtin_add_overflow(size, pageBytes - 1, &whole))
    return nullptr;
  whole = whole / pageBytes * pageBytes;
  AlignedMemory memory = allocateAligned(whole, std::max(alignment, pageBytes));
  // A wish: without large pages the memory is as good as any.
  if (memory)
    (void)madvise(memory.get(), whole, MADV_HUGEPAGE);
  return memory;
}
