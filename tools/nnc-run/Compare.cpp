//===- Compare.cpp - a result against a file ------------------------------===//

#include "tools/nnc-run/Compare.h"

#include <cmath>
#include <cstdio>
#include <string>

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

bool compare(const std::string &name, const Tensor &actual, const Tensor &expected, double tolerance) {
  if (actual.shape() != expected.shape() || actual.dtype() != expected.dtype()) {
    std::printf("%s: is %s %s, expected %s %s\n", name.c_str(), toString(actual.dtype()),
                toString(actual.shape()).c_str(), toString(expected.dtype()), toString(expected.shape()).c_str());
    return false;
  }
  double largest = 0;
  int64_t where = 0, different = 0;
  for (int64_t i = 0; i < actual.numel(); ++i) {
    double error = errorOf(elementAt(actual, i), elementAt(expected, i));
    different += error > tolerance;
    if (error > largest) {
      largest = error;
      where = i;
    }
  }
  if (largest == 0) {
    std::printf("%s: all %lld elements equal\n", name.c_str(), static_cast<long long>(actual.numel()));
    return true;
  }
  std::printf("%s: largest error %.9g at %s (is %s, expected %s); %lld of %lld elements differ by more than %g\n",
              name.c_str(), largest, toString(indexOf(where, actual.shape())).c_str(),
              format(elementAt(actual, where)).c_str(), format(elementAt(expected, where)).c_str(),
              static_cast<long long>(different), static_cast<long long>(actual.numel()), tolerance);
  return different == 0;
}
