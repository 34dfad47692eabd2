//===- Measure.h - the time that calls take ---------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCBENCH_MEASURE_H
#define NNC_TOOLS_NNCBENCH_MEASURE_H

#include "nnc/Model.h"

/// Times of one batch on one number of threads, in microseconds.
struct Times {
  int64_t batch = 0;
  int threads = 1;
  double median = 0, p90 = 0, p99 = 0, p999 = 0, max = 0;
};

/// Calls `model` on random inputs for about `seconds` after a warm-up, at least 30 times. Errors: no memory or threads.
nnc::Result<Times> measure(const nnc::Model &model, int64_t batch, int threads, double seconds);

#endif // NNC_TOOLS_NNCBENCH_MEASURE_H
