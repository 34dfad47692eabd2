//===- Scalar.cpp - a number as Python prints it --------------------------===//

#include "nnc/Scalar.h"

#include <charconv>
#include <cmath>

using namespace nnc;

/// Python's repr of a float: the shortest digits that give the number back, with an exponent below 1e-4 and from 1e16.
std::string Scalar::str() const {
  if (integral)
    return std::to_string(static_cast<int64_t>(value));
  if (!std::isfinite(value))
    return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
  double magnitude = std::fabs(value);
  bool fixed = value == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value,
                           fixed ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer, end.ptr);
  return fixed && text.find('.') == std::string::npos ? text + ".0" : text;
}
