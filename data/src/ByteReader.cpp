//===- ByteReader.cpp - a file from its beginning, inflated ---------------===//

#include "ByteReader.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

using namespace nnc;
using namespace nnc::data;

/// Deflate gives at most 258 bytes for two bits (zlib's own figure for its limit is 1032 to 1).
static constexpr uint64_t mostInflatedPerByte = 1032;

static bool endsWith(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

void ByteReader::fail(const std::string &reason, StatusCode code) const {
  throw Error(code, "cannot read '" + path + "': " + reason);
}

ByteReader::ByteReader(const std::string &path) : path(path), gzipped(endsWith(path, ".gz")) {
  std::error_code error;
  // A pipe might never end.
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error))
    fail("it is no regular file", StatusCode::System);
  file.reset(std::fopen(path.c_str(), "rb"));
  uint64_t size = file ? std::filesystem::file_size(path, error) : 0;
  if (!file || error)
    fail(std::strerror(file ? error.value() : errno), StatusCode::System);
  limit = gzipped ? size * mostInflatedPerByte : size;
  if (!gzipped)
    return;
  refill();
  if (stream.avail_in < 2 || piece[0] != 0x1f || piece[1] != 0x8b)
    fail("its name ends in .gz, but it is not gzipped");
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) // 16: with a gzip header
    throw std::bad_alloc();
}

ByteReader::~ByteReader() { inflateEnd(&stream); }

bool ByteReader::refill() {
  size_t count = std::fread(piece.data(), 1, piece.size(), file.get());
  if (std::ferror(file.get()))
    fail(std::strerror(errno), StatusCode::System);
  stream.next_in = piece.data();
  stream.avail_in = static_cast<uInt>(count);
  return count > 0;
}

size_t ByteReader::read(uint8_t *to, size_t size) {
  if (!gzipped) {
    size_t count = std::fread(to, 1, size, file.get());
    if (std::ferror(file.get()))
      fail(std::strerror(errno), StatusCode::System);
    return count;
  }
  stream.next_out = to;
  stream.avail_out = static_cast<uInt>(size);
  while (!ended && stream.avail_out > 0) {
    if (stream.avail_in == 0 && !refill())
      fail("its compressed data ends too early");
    int status = inflate(&stream, Z_NO_FLUSH);
    ended = status == Z_STREAM_END;
    if (!ended && status != Z_OK)
      fail(std::string("its compressed data is damaged") + (stream.msg ? std::string(": ") + stream.msg : ""));
    if (ended && (stream.avail_in > 0 || refill()))
      fail("there are bytes behind its compressed data");
  }
  return size - stream.avail_out;
}
