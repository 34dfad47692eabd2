//===- Idx.cpp - files of bytes with a shape ------------------------------===//

#include "Idx.h"

#include "ByteReader.h"

#include <cstdio>

using namespace nnc;
using namespace nnc::data;

static uint32_t readNumber(ByteReader &reader) {
  uint8_t bytes[4];
  if (reader.read(bytes, sizeof bytes) < sizeof bytes)
    reader.fail("it ends within its header");
  return uint32_t(bytes[0]) << 24 | uint32_t(bytes[1]) << 16 | uint32_t(bytes[2]) << 8 | bytes[3];
}

static std::string toHex(uint32_t number) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", number);
  return text;
}

/// The bytes of `shape`, if that is no more than what is read.
static std::optional<uint64_t> countBytes(const Shape &shape) {
  uint64_t bytes = 1;
  for (int64_t extent : shape)
    if (__builtin_mul_overflow(bytes, static_cast<uint64_t>(extent), &bytes))
      return std::nullopt;
  return bytes <= mostIdxBytes ? std::optional(bytes) : std::nullopt;
}

Idx nnc::data::readIdx(const std::string &path, size_t rank) {
  ByteReader reader(path);
  uint32_t magic = readNumber(reader), wanted = 0x800 + static_cast<uint32_t>(rank);
  if (magic >> 16 == 0x1f8b)
    reader.fail("it is gzipped, but its name does not end in .gz");
  if (magic != wanted)
    reader.fail("its magic number is " + toHex(magic) + "; that of an IDX file of bytes with " + std::to_string(rank) +
                (rank == 1 ? " dimension is " : " dimensions is ") + toHex(wanted));
  Idx idx;
  for (size_t i = 0; i < rank; ++i)
    idx.shape.push_back(readNumber(reader));

  // Nothing is allocated for a header that the file's size contradicts.
  std::string speaks = "its header speaks of bytes of shape " + toString(idx.shape);
  std::optional<uint64_t> bytes = countBytes(idx.shape);
  if (!bytes)
    reader.fail(speaks + ", more than the 256 MiB that are read at most");
  if (*bytes > reader.mostBytes())
    reader.fail(speaks + ", which are more than a file of this size holds");
  idx.elements.resize(*bytes);
  if (size_t count = reader.read(idx.elements.data(), *bytes); count < *bytes)
    reader.fail(speaks + ", " + std::to_string(*bytes) + " in all; there are " + std::to_string(count));
  // Asking for one more also makes the reader check what stands at the end of compressed data.
  uint8_t further;
  if (reader.read(&further, 1) > 0)
    reader.fail(speaks + ", " + std::to_string(*bytes) + " in all; there are more");
  return idx;
}
