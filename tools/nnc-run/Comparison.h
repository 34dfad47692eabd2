//===- Comparison.h - a result against what was expected --------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCRUN_COMPARISON_H
#define NNC_TOOLS_NNCRUN_COMPARISON_H

#include "nnc/Tensor.h"

#include <string>

/// How a result differs from what was expected, rows at a time. NaN equals NaN, and an infinity only itself.
class Comparison {
public:
  /// `shape` is the whole result's; errors up to `tolerance` are no difference.
  Comparison(std::string name, nnc::Shape shape, double tolerance)
      : name(std::move(name)), shape(std::move(shape)), tolerance(tolerance) {}

  /// The next rows, of one shape and type.
  void add(const nnc::Tensor &actual, const nnc::Tensor &expected);
  /// Prints the largest error and where it is.
  void print() const;
  bool isWithinTolerance() const { return different == 0; }

private:
  std::string name;
  nnc::Shape shape;
  double tolerance;
  int64_t count = 0, different = 0;
  double largest = 0;
  int64_t where = 0; ///< index of the element with the largest error
  double actualThere = 0, expectedThere = 0;
};

#endif // NNC_TOOLS_NNCRUN_COMPARISON_H
