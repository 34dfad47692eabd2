//===- Machine.h - what this machine can do at best -------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCBENCH_MACHINE_H
#define NNC_TOOLS_NNCBENCH_MACHINE_H

#include <cstddef>

/// What bounds a call from below.
struct Limits {
  double peakGflops = 0; ///< fused multiply-adds on registers alone; 0 for a level without a meter
  double readGbps = 0;   ///< reading the weights again and again
};

/// Measures what `threads` threads do together: f32 multiply-adds with the vectors of `level` ("x86-64-v4", ...), and
/// reading `bytes`, each thread its own share.
Limits measureCpuLimits(const char *level, size_t bytes, int threads);

#endif // NNC_TOOLS_NNCBENCH_MACHINE_H
