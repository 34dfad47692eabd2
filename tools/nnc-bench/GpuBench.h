//===- GpuBench.h - how fast a model is on a GPU ----------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCBENCH_GPUBENCH_H
#define NNC_TOOLS_NNCBENCH_GPUBENCH_H

#include "tools/nnc-bench/Arguments.h"

#include "nnc/Model.h"

/// Measures calls from host memory to host memory of each batch, and their parts, and prints them line by line. Returns
/// them as a JSON array. The GPU's limits are worked out from its clocks and units, not measured.
nnc::Result<std::string> benchOnGpu(const nnc::Model &model, double weightBytes, const Arguments &arguments);

#endif // NNC_TOOLS_NNCBENCH_GPUBENCH_H
