//===- Idx.h - files of bytes with a shape ----------------------*- C++ -*-===//
//
// The format of MNIST's files: 0, 0, 8 for unsigned bytes, the number of dimensions; each extent in four bytes, the
// highest first; the elements, row by row.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DATA_IDX_H
#define NNC_DATA_IDX_H

#include "nnc/Tensor.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nnc::data {

/// What an IDX file has.
struct Idx {
  Shape shape;
  std::vector<uint8_t> elements;
};

/// More than this is not read of a file, whatever its header says; the training images take 45 MiB.
inline constexpr uint64_t mostIdxBytes = uint64_t(256) << 20;

/// Reads an IDX file of unsigned bytes with `rank` dimensions, gzipped if its name ends in ".gz". Throws Error: a file
/// that cannot be read, another format or rank, more or fewer bytes than its header says, damaged compressed data.
Idx readIdx(const std::string &path, size_t rank);

} // namespace nnc::data

#endif // NNC_DATA_IDX_H
