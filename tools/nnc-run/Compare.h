//===- Compare.h - a result against a file ----------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCRUN_COMPARE_H
#define NNC_TOOLS_NNCRUN_COMPARE_H

#include "nnc/Tensor.h"

/// Prints how `actual`, the result `name`, differs from `expected`, and returns whether it is by no more than
/// `tolerance` anywhere. NaN equals NaN, and an infinity only itself.
bool compare(const std::string &name, const nnc::Tensor &actual, const nnc::Tensor &expected, double tolerance);

#endif // NNC_TOOLS_NNCRUN_COMPARE_H
