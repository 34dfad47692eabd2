//===- Npy.h - one tensor in a file -----------------------------*- C++ -*-===//
//
// NumPy's format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), versions 1 to 3.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_NPY_H
#define NNC_NPY_H

#include "nnc/Status.h"
#include "nnc/Tensor.h"

#include <optional>
#include <string>

namespace nnc {

/// Reads a .npy file of float32 or int64, little-endian, in C order; others are refused by name.
Result<Tensor> readNpy(const std::string &path);

/// Writes `tensor`; the file appears whole or not at all. Returns what went wrong, if anything.
[[nodiscard]] std::optional<Error> writeNpy(const std::string &path, const Tensor &tensor);

} // namespace nnc

#endif // NNC_NPY_H
