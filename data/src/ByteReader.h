//===- ByteReader.h - a file from its beginning, inflated -------*- C++ -*-===//

#ifndef NNC_DATA_BYTEREADER_H
#define NNC_DATA_BYTEREADER_H

#include "nnc/Status.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include <zlib.h>

namespace nnc::data {

/// Reads a file piece by piece; one whose name ends in ".gz" is inflated. It holds one piece of the file at a time.
class ByteReader {
public:
  /// Throws Error: a file that cannot be read or is no regular file; one that is not gzipped despite its name.
  explicit ByteReader(const std::string &path);
  ByteReader(const ByteReader &) = delete;
  ~ByteReader();

  /// Reads `size` bytes, or all that are left. Throws Error: damaged or shortened compressed data, bytes behind it.
  size_t read(uint8_t *to, size_t size);
  /// No more bytes than this can come, in all.
  uint64_t mostBytes() const { return limit; }

  [[noreturn]] void fail(const std::string &reason, StatusCode code = StatusCode::Invalid) const;

private:
  struct CloseFile {
    void operator()(std::FILE *file) const { std::fclose(file); }
  };

  /// The next piece of the file; false at its end.
  bool refill();

  std::string path;
  std::unique_ptr<std::FILE, CloseFile> file;
  uint64_t limit = 0;
  bool gzipped = false, ended = false; ///< ended: the compressed data
  z_stream stream = {};
  std::array<uint8_t, 1 << 16> piece;
};

} // namespace nnc::data

#endif // NNC_DATA_BYTEREADER_H
