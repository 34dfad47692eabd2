//===- Guarded.h - memory that runs out, as an error ------------*- C++ -*-===//

#ifndef NNC_RUNTIME_GUARDED_H
#define NNC_RUNTIME_GUARDED_H

#include "nnc/Status.h"

#include <new>

namespace nnc {

/// `body()`, which is a Result.
template <typename Body> auto guarded(Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return Error(StatusCode::System, "out of memory");
  }
}

} // namespace nnc

#endif // NNC_RUNTIME_GUARDED_H
