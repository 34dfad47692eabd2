//===- LargePages.h - memory in large pages ---------------------*- C++ -*-===//

#ifndef NNC_RUNTIME_LARGEPAGES_H
#define NNC_RUNTIME_LARGEPAGES_H

#include "AlignedMemory.h"

namespace nnc {

/// At least `size` bytes at a multiple of `alignment`, a power of two; null if there are not so many. In large pages
/// where the system has them and `size` is worth it: what is read in full on every call otherwise spends a tenth of its
/// time on address translation.
AlignedMemory allocateInLargePages(size_t size, size_t alignment);

} // namespace nnc

#endif // NNC_RUNTIME_LARGEPAGES_H
