//===- Measurement.h - one line of the results ------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCBENCH_MEASUREMENT_H
#define NNC_TOOLS_NNCBENCH_MEASUREMENT_H

#include <cstdint>
#include <string>
#include <vector>

/// Times of calls, in microseconds.
struct Times {
  double median = 0, p90 = 0, p99 = 0, p999 = 0, max = 0;
};

/// What bounds calls from below on some number of threads.
struct Limits {
  double peakGflops = 0; ///< fused multiply-adds on registers alone; 0 for a level without a meter
  double readGbps = 0;   ///< reading the weights again and again
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
  Times times;
  Limits limits;

  double samplesPerSecond() const { return static_cast<double>(batch) / times.median * 1e6; }
  double gflops() const { return flops / times.median / 1e3; }
  double weightsGbps() const { return weightBytes / times.median / 1e3; }
  double shareOfPeak() const { return limits.peakGflops > 0 ? gflops() / limits.peakGflops : 0; }
  double shareOfRead() const { return limits.readGbps > 0 ? weightsGbps() / limits.readGbps : 0; }
  /// FLOPs for each byte that has to be read or written.
  double intensity() const { return flops / (weightBytes + dataBytes); }
};

/// The table's heading, and a line of it.
void printHeading();
void print(const Measurement &measurement);

/// An array of objects.
std::string toJson(const std::vector<Measurement> &measurements);

#endif // NNC_TOOLS_NNCBENCH_MEASUREMENT_H
