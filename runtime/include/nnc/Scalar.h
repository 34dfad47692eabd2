//===- Scalar.h - a number as Python prints it ------------------*- C++ -*-===//

#ifndef NNC_SCALAR_H
#define NNC_SCALAR_H

#include <cmath>
#include <string>
#include <type_traits>

namespace nnc {

/// A constant of a module or a transform, which prints as in Python: 20 and 20.0 differ.
class Scalar {
public:
  template <typename T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
  Scalar(T value) : value(static_cast<double>(value)), integral(std::is_integral_v<T>) {}

  /// What the arithmetic uses.
  float toFloat() const { return static_cast<float>(value); }
  /// Whether the number is finite and what the arithmetic would use is not.
  bool overflowsFloat() const { return std::isfinite(value) && !std::isfinite(toFloat()); }
  /// "0.01", "20", "1e-05"
  std::string str() const;

private:
  double value;
  bool integral;
};

} // namespace nnc

#endif // NNC_SCALAR_H
