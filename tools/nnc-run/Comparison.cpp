//===- Comparison.cpp - a result against what was expected ----------------===//

#include "tools/nnc-run/Comparison.h"

#include <cmath>
#include <cstdio>

using namespace nnc;

static double elementAt(const Tensor &tensor, int64_t i) {
  return tensor.dtype() == DType::F32 ? tensor.data<float>()[i] : static_cast<double>(tensor.data<int64_t>()[i]);
}

/// For a message; the sign of a NaN means nothing.
static std::string format(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.9g", value);
  return std::isnan(value) ? "nan" : buffer;
}

static double errorOf(double actual, double expected) {
  if (actual == expected || (std::isnan(actual) && std::isnan(expected)))
    return 0;
  double error = std::fabs(actual - expected);
  return std::isnan(error) ? INFINITY : error;
}

/// The index of element `i` along each dimension.
static Shape indexOf(int64_t i, const Shape &shape) {
  Shape index(shape.size());
  for (size_t dim = shape.size(); dim-- > 0; i /= shape[dim])
    index[dim] = i % shape[dim];
  return index;
}

void Comparison::add(const Tensor &actual, const Tensor &expected) {
  for (int64_t i = 0, n = actual.numel(); i < n; ++i, ++count) {
    double error = errorOf(elementAt(actual, i), elementAt(expected, i));
    different += error > tolerance;
    if (error <= largest)
      continue;
    largest = error;
    where = count;
    actualThere = elementAt(actual, i);
    expectedThere = elementAt(expected, i);
  }
}

void Comparison::print() const {
  if (largest == 0) {
    std::printf("%s: all %lld elements equal\n", name.c_str(), static_cast<long long>(count));
    return;
  }
  std::printf("%s: largest error %.9g at %s (is %s, expected %s); %lld of %lld elements differ by more than %g\n",
              name.c_str(), largest, toString(indexOf(where, shape)).c_str(), format(actualThere).c_str(),
              format(expectedThere).c_str(), static_cast<long long>(different), static_cast<long long>(count),
              tolerance);
}
