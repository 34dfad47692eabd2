//===- Measure.h - the time that calls take ---------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCBENCH_MEASURE_H
#define NNC_TOOLS_NNCBENCH_MEASURE_H

#include "tools/nnc-bench/Measurement.h"

#include "nnc/Model.h"

/// The time that a share `q` of the sorted `times` does not exceed.
double quantile(const std::vector<double> &times, double q);

/// Random inputs and room for the outputs of a call of `batch`, in host memory.
struct CallData {
  CallData(const nnc::Model &model, int64_t batch);

  std::vector<nnc::Tensor> inputs, outputs;
  std::vector<const void *> from;
  std::vector<void *> to;
};

/// What calls took, and what the machine did at best between them.
struct Measured {
  Times times;
  MachineRates limits;
};

/// Calls `model` on random inputs for about `seconds` after a warm-up, at least 30 times, in turns with `meter`.
/// Errors: no memory or threads.
nnc::Result<Measured> measure(const nnc::Model &model, int64_t batch, int threads, double seconds, MachineMeter &meter);

#endif // NNC_TOOLS_NNCBENCH_MEASURE_H
