//===- ModelState.h - what a Model's copies share ---------------*- C++ -*-===//

#ifndef NNC_RUNTIME_MODELSTATE_H
#define NNC_RUNTIME_MODELSTATE_H

#include "DeviceCode.h"
#include "Library.h"
#include "Table.h"

#include <mutex>

namespace nnc {

/// The code, shared by models with other weights.
struct Code {
  std::shared_ptr<const Library> library; ///< null for a linked model
  Table table;
  ChosenCode chosen;
};

struct Model::State {
  std::shared_ptr<const Code> code;
  std::unique_ptr<const PackedModel> packed;

  /// A workspace of a call with tensors, kept for the next.
  struct Idle {
    int64_t maxBatch = 0;
    std::unique_ptr<Executor> executor;
  };
  /// An idle one, or a new one, for `batch`.
  Result<Idle> take(int64_t batch) const;
  void giveBack(Idle used) const;

  mutable std::mutex mutex; ///< of `idle`
  mutable std::vector<Idle> idle;
};

} // namespace nnc

#endif // NNC_RUNTIME_MODELSTATE_H
