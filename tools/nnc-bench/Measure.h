//===- Measure.h - the time that calls take ---------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCBENCH_MEASURE_H
#define NNC_TOOLS_NNCBENCH_MEASURE_H

#include "tools/nnc-bench/Measurement.h"

#include "nnc/Model.h"

/// Calls `model` on random inputs for about `seconds` after a warm-up, at least 30 times. Errors: no memory or threads.
nnc::Result<Times> measure(const nnc::Model &model, int64_t batch, int threads, double seconds);

#endif // NNC_TOOLS_NNCBENCH_MEASURE_H
