//===- Machine.h - what this machine can do at best -------------*- C++ -*-===//

#ifndef NNC_TOOLS_COMMON_MACHINE_H
#define NNC_TOOLS_COMMON_MACHINE_H

#include <cstddef>

/// f32 GFLOP/s of fused multiply-adds on registers alone, of `threads` threads together, with the vectors of `level`
/// ("x86-64-v4", ...); 0 for a level without a meter.
double measurePeakGflops(const char *level, int threads);

/// Nanoseconds from one such multiply-add to the next that needs its result, on a CPU that has them; 0 where there is
/// no meter.
double measureMultiplyAddNs();

/// GB/s at which `threads` threads together read `bytes` again and again, each its own share.
double measureReadGbps(size_t bytes, int threads);

#endif // NNC_TOOLS_COMMON_MACHINE_H
