//===- TensorChecks.h - what tests ask of tensors and errors ----*- C++ -*-===//

#ifndef NNC_TEST_TENSORCHECKS_H
#define NNC_TEST_TENSORCHECKS_H

#include "nnc/Status.h"
#include "nnc/Tensor.h"

#include <cstring>
#include <sstream>
#include <string>

namespace nnc {

/// What << prints.
template <typename T> std::string print(const T &value) {
  std::ostringstream os;
  os << value;
  return os.str();
}

/// The message of the Error that `action` throws.
template <typename Action> std::string errorOf(Action action) {
  try {
    action();
  } catch (const Error &error) {
    return error.message();
  }
  return "no error";
}

/// Whether the shapes are equal and all elements to the last bit, wherever the tensors are.
inline bool sameBits(const Tensor &a, const Tensor &b) {
  Tensor x = a.to("cpu"), y = b.to("cpu");
  return a.shape() == b.shape() && std::memcmp(x.rawData(), y.rawData(), x.sizeBytes()) == 0;
}

} // namespace nnc

#endif // NNC_TEST_TENSORCHECKS_H
