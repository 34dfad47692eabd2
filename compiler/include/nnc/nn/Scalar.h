//===- Scalar.h - a constant of a module ------------------------*- C++ -*-===//

#ifndef NNC_NN_SCALAR_H
#define NNC_NN_SCALAR_H

#include <string>
#include <type_traits>

namespace nnc::nn {

/// A number that prints as Python prints it: 20 and 20.0 differ.
class Scalar {
public:
  template <typename T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
  Scalar(T value) : value(static_cast<double>(value)), integral(std::is_integral_v<T>) {}

  /// What the arithmetic uses.
  float toFloat() const { return static_cast<float>(value); }
  /// "0.01", "20", "1e-05"
  std::string str() const;

private:
  double value;
  bool integral;
};

} // namespace nnc::nn

#endif // NNC_NN_SCALAR_H
