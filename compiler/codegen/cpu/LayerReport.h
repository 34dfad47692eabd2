//===- LayerReport.h - what becomes of each layer, for people ---*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_CPU_LAYERREPORT_H
#define NNC_COMPILER_CODEGEN_CPU_LAYERREPORT_H

#include "compiler/codegen/cpu/Plan.h"

namespace nnc::codegen {

/// One stage of a plan. Counts and bytes are of one sample, of the whole call in a model that is not batched.
struct LayerReport {
  std::string name;               ///< the module's path, "linear_relu_stack.2", or the operation's name
  std::string operation;          ///< "linear"
  std::vector<std::string> fused; ///< element functions applied before the store, in turn
  uint64_t activationBytes = 0;   ///< read and written

  /// Of a linear, 0 otherwise: y (rows, out) = x (rows, in) W^T.
  int64_t rows = 0, in = 0, out = 0;
  int64_t tileRows = 0, tileColumns = 0; ///< of the main tile
  uint64_t packedBytes = 0;              ///< weights and bias as the kernels read them, padding included

  uint64_t flops() const { return 2 * static_cast<uint64_t>(rows) * static_cast<uint64_t>(in * out); }
};

/// The operations of `plan` in the order they run.
std::vector<LayerReport> reportLayers(const Plan &plan);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_LAYERREPORT_H
