// IdxTest FOLDER: reads files there that are not what they should be.

#include "Idx.h"

#include "nnc/Status.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <zlib.h>

#include <fstream>
#include <random>

using namespace nnc;
using nnc::data::readIdx;

static std::string folder;

/// An IDX header of bytes with these extents.
static std::string header(const std::vector<uint32_t> &extents) {
  std::string text("\0\0\x08", 3);
  text += static_cast<char>(extents.size());
  for (uint32_t extent : extents)
    for (int shift = 24; shift >= 0; shift -= 8)
      text += static_cast<char>(extent >> shift);
  return text;
}

static std::string gzip(const std::string &bytes) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string result(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef *>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  result.resize(result.size() - stream.avail_out);
  deflateEnd(&stream);
  return result;
}

static std::string write(const std::string &name, const std::string &bytes) {
  std::string path = folder + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

/// What the reader says of a file of these bytes, without "cannot read 'PATH': ".
static std::string errorOf(const std::string &name, const std::string &bytes, size_t rank = 1) {
  std::string path = write(name, bytes), start = "cannot read '" + path + "': ";
  try {
    readIdx(path, rank);
  } catch (const Error &error) {
    EXPECT_EQ(error.message().substr(0, start.size()), start);
    EXPECT_EQ(error.message().find('\n'), std::string::npos);
    return error.message().substr(start.size());
  }
  return "no error";
}

static const std::string three = header({3}) + "abc";

TEST(Idx, readsBytesWithAShape) {
  std::string file = header({2, 1, 2}) + "abcd";
  for (const std::string &path : {write("good", file), write("good.gz", gzip(file))}) {
    data::Idx idx = readIdx(path, 3);
    EXPECT_EQ(idx.shape, Shape({2, 1, 2}));
    EXPECT_EQ(std::string(idx.elements.begin(), idx.elements.end()), "abcd");
  }
  EXPECT_EQ(readIdx(write("none", header({0})), 1).elements.size(), 0u);
}

TEST(Idx, refusesOtherFiles) {
  EXPECT_EQ(errorOf("empty", ""), "it ends within its header");
  EXPECT_EQ(errorOf("short", header({3}).substr(0, 7)), "it ends within its header");
  EXPECT_EQ(errorOf("text", "<html>404"),
            "its magic number is 0x3c68746d; that of an IDX file of bytes with 1 dimension is 0x00000801");
  EXPECT_EQ(errorOf("labels", three, 3),
            "its magic number is 0x00000801; that of an IDX file of bytes with 3 dimensions is 0x00000803");
  EXPECT_EQ(errorOf("floats", std::string("\0\0\x0d\x01\0\0\0\0", 8)),
            "its magic number is 0x00000d01; that of an IDX file of bytes with 1 dimension is 0x00000801");
}

TEST(Idx, refusesAnotherNumberOfBytes) {
  EXPECT_EQ(errorOf("truncated.gz", gzip(header({300}) + "abc")),
            "its header speaks of bytes of shape [300], 300 in all; there are 3");
  EXPECT_EQ(errorOf("truncated", header({11}) + "abc"),
            "its header speaks of bytes of shape [11], 11 in all; there are 3");
  EXPECT_EQ(errorOf("oversized", three + "d"), "its header speaks of bytes of shape [3], 3 in all; there are more");
  EXPECT_EQ(errorOf("oversized.gz", gzip(three + "d")),
            "its header speaks of bytes of shape [3], 3 in all; there are more");
}

TEST(Idx, refusesHeadersThatNoFileCanFill) {
  std::string many = "its header speaks of bytes of shape [4294967295, 4294967295, 4294967295], more than the 256 MiB "
                     "that are read at most";
  EXPECT_EQ(errorOf("huge", header({UINT32_MAX, UINT32_MAX, UINT32_MAX}), 3), many);
  EXPECT_EQ(errorOf("huge.gz", gzip(header({UINT32_MAX, UINT32_MAX, UINT32_MAX})), 3), many);
  EXPECT_EQ(errorOf("large", header({60000, 28, 28}), 3),
            "its header speaks of bytes of shape [60000, 28, 28], which are more than a file of this size holds");
  EXPECT_EQ(errorOf("large.gz", gzip(header({60000, 28, 28})), 3),
            "its header speaks of bytes of shape [60000, 28, 28], which are more than a file of this size holds");
}

TEST(Idx, refusesDamagedCompression) {
  std::string good = gzip(three), damaged = good;
  EXPECT_EQ(errorOf("plain.gz", three), "its name ends in .gz, but it is not gzipped");
  EXPECT_EQ(errorOf("empty.gz", ""), "its name ends in .gz, but it is not gzipped");
  EXPECT_EQ(errorOf("unnamed", good), "it is gzipped, but its name does not end in .gz");
  EXPECT_EQ(errorOf("cut.gz", good.substr(0, good.size() - 5)), "its compressed data ends too early");
  EXPECT_EQ(errorOf("cut-early.gz", good.substr(0, 3)), "its compressed data ends too early");
  EXPECT_EQ(errorOf("appended.gz", good + "x"), "there are bytes behind its compressed data");
  damaged[good.size() - 7] = static_cast<char>(damaged[good.size() - 7] ^ 1);
  EXPECT_EQ(errorOf("crc.gz", damaged), "its compressed data is damaged: incorrect data check");
}

TEST(Idx, holdsNoMoreOfABombThanItsHeaderSays) {
  // 256 MiB of zeros in about 256 KiB, which are never in this program's memory.
  std::string path = folder + "/bomb.gz", start = header({3}), zeros(1 << 20, '\0');
  gzFile file = gzopen(path.c_str(), "wb9");
  ASSERT_TRUE(file);
  gzwrite(file, start.data(), static_cast<unsigned>(start.size()));
  for (int i = 0; i < 256; ++i)
    gzwrite(file, zeros.data(), static_cast<unsigned>(zeros.size()));
  ASSERT_EQ(gzclose(file), Z_OK);

  rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  EXPECT_THROW(readIdx(path, 1), Error);
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 4 << 10); // KiB
}

TEST(Idx, refusesWhatIsNoFile) {
  EXPECT_THROW(readIdx(folder + "/missing", 1), Error);
  auto messageOf = [](const std::string &path) {
    try {
      readIdx(path, 1);
    } catch (const Error &error) {
      EXPECT_EQ(error.code(), StatusCode::System);
      return error.message();
    }
    return std::string("no error");
  };
  EXPECT_EQ(messageOf(folder + "/missing"), "cannot read '" + folder + "/missing': No such file or directory");
  EXPECT_EQ(messageOf(folder), "cannot read '" + folder + "': it is no regular file");
  std::string pipe = folder + "/pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(messageOf(pipe), "cannot read '" + pipe + "': it is no regular file");
}

/// Damages good files at random: whatever comes, it is a tensor or one message.
TEST(Idx, survivesRandomDamage) {
  std::mt19937 random(1);
  std::string plain = header({5, 2, 3}) + std::string(30, 'x'), packed = gzip(plain);
  for (int i = 0; i < 4000; ++i) {
    bool isPacked = i % 2;
    std::string bytes = isPacked ? packed : plain;
    for (uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
      size_t at = random() % (bytes.size() + 1);
      switch (random() % 4) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes.insert(at, 1, static_cast<char>(random()));
        break;
      default:
        if (at < bytes.size())
          bytes[at] = static_cast<char>(random());
      }
    }
    errorOf(isPacked ? "random.gz" : "random", bytes, 3);
  }
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  folder = argv[1];
  return RUN_ALL_TESTS();
}
