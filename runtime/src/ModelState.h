//===- ModelState.h - what a Model's copies share ---------------*- C++ -*-===//

#ifndef NNC_RUNTIME_MODELSTATE_H
#define NNC_RUNTIME_MODELSTATE_H

#include "DeviceCode.h"
#include "Library.h"
#include "Table.h"

namespace nnc {

/// The code, shared by models with other weights.
struct Code {
  std::shared_ptr<const Library> library; ///< null for a linked model
  Table table;
  std::unique_ptr<const DeviceCode> onDevice;
};

struct Model::State {
  std::shared_ptr<const Code> code;
  std::unique_ptr<const PackedModel> packed;
};

} // namespace nnc

#endif // NNC_RUNTIME_MODELSTATE_H
