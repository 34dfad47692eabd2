//===- Measurement.h - one line of the results ------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCBENCH_MEASUREMENT_H
#define NNC_TOOLS_NNCBENCH_MEASUREMENT_H

#include "tools/common/Machine.h"
#include "tools/nnc-bench/Loading.h"

#include <cstdint>
#include <string>
#include <vector>

/// Times of calls, in microseconds.
struct Times {
  double median = 0, p90 = 0, p99 = 0, p999 = 0, max = 0;
};

/// What calls of one batch on one number of threads took, and what they had to do.
struct Measurement {
  std::string model;
  std::string level; ///< of the code that ran: "x86-64-v4"
  int64_t batch = 0;
  int64_t threads = 1;
  double flops = 0;       ///< of a call
  double weightBytes = 0; ///< read once a call
  double dataBytes = 0;   ///< inputs and outputs of a call
  double chainSteps = 0;  ///< multiply-adds that wait for each other, if each linear takes the result of the one before
  Times times;
  MachineRates limits; ///< measured between the calls
  Loading loading;

  double samplesPerSecond() const { return static_cast<double>(batch) / times.median * 1e6; }
  double gflops() const { return flops / times.median / 1e3; }
  double weightsGbps() const { return weightBytes / times.median / 1e3; }
  double shareOfPeak() const { return limits.peakGflops > 0 ? gflops() / limits.peakGflops : 0; }
  double shareOfRead() const { return limits.readGbps > 0 ? weightsGbps() / limits.readGbps : 0; }
  /// What the multiply-adds take in the defined order, however many are done at once.
  double chainUs() const { return chainSteps * limits.multiplyAddNs / 1e3; }
  /// FLOPs for each byte that has to be read or written.
  double intensity() const { return flops / (weightBytes + dataBytes); }
};

/// The table's heading, and a line of it.
void printHeading();
void print(const Measurement &measurement);

/// An array of objects.
std::string toJson(const std::vector<Measurement> &measurements);

#endif // NNC_TOOLS_NNCBENCH_MEASUREMENT_H
