//===- Roofline.h - results below what the machine allows -------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCBENCH_ROOFLINE_H
#define NNC_TOOLS_NNCBENCH_ROOFLINE_H

#include "tools/nnc-bench/Measurement.h"

/// A roofline (Williams, Waterman, Patterson 2009) as an SVG file: speed over FLOPs for each byte, both logarithmic,
/// with a roof for each number of threads and a point for each of `measurements`, which are one model's and not empty.
std::string drawRoofline(const std::vector<Measurement> &measurements);

#endif // NNC_TOOLS_NNCBENCH_ROOFLINE_H
