// NpyTest FOLDER: reads and writes .npy files there.

#include "nnc/Npy.h"

#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace nnc;

static std::string folder;

/// A file with a version 1 header of `header` and `data`.
static std::string write(const std::string &name, std::string header, const std::string &data) {
  std::string path = folder + "/" + name;
  std::string length = {static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  std::ofstream(path, std::ios::binary) << std::string("\x93NUMPY\x01\x00", 8) << length << header << data;
  return path;
}

static std::string messageOf(const std::string &path) {
  Result<Tensor> tensor = readNpy(path);
  return tensor ? "read " + toString(tensor->shape()) : tensor.error().message();
}

TEST(Npy, comesBackAsWritten) {
  for (const Shape &shape : {Shape{}, Shape{3}, Shape{2, 3}, Shape{0, 4}}) {
    Tensor tensor(shape);
    for (int64_t i = 0; i < tensor.numel(); ++i)
      tensor.data<float>()[i] = 0.5f * static_cast<float>(i) - 1;
    std::string path = folder + "/tensor.npy";
    ASSERT_FALSE(writeNpy(path, tensor));
    Result<Tensor> read = readNpy(path);
    ASSERT_TRUE(read.ok()) << read.error().message();
    EXPECT_EQ(read->shape(), shape);
    EXPECT_EQ(read->dtype(), DType::F32);
    EXPECT_EQ(std::memcmp(read->rawData(), tensor.rawData(), tensor.sizeBytes()), 0);
  }
}

TEST(Npy, headerTakesAMultipleOf64Bytes) {
  std::string path = folder + "/header.npy";
  ASSERT_FALSE(writeNpy(path, Tensor({5}, DType::I64)));
  struct stat status;
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ((status.st_size - 5 * 8) % 64, 0);
}

TEST(Npy, refusesWhatItCannotRead) {
  const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
  EXPECT_EQ(messageOf(write("good.npy", good, std::string(8, '\0'))), "read [2]");
  auto expect = [](const std::string &message, const std::string &part) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  expect(
      messageOf(write("double.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", std::string(16, ' '))),
      "its elements are '<f8'; '<f4' (float32) and '<i8' (int64) are supported");
  expect(
      messageOf(write("fortran.npy", "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", std::string(8, ' '))),
      "Fortran order");
  expect(messageOf(write("short.npy", good, "1234567")), "its shape [2] takes 8 bytes, there are 7");
  expect(messageOf(write("long.npy", good, "123456789")), "its shape [2] takes 8 bytes, there are 9");
  expect(
      messageOf(write("huge.npy",
                      "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296), }", "")),
      "more bytes than 64 bits count");
  expect(messageOf(write("form.npy", "{'descr': '<f4', 'shape': (2,)}", std::string(8, ' '))),
         "not of the format's form");
  expect(messageOf(write("code.npy", "__import__('os')", "")), "not of the format's form");
  std::ofstream(folder + "/text.npy") << "1 2 3\n";
  expect(messageOf(folder + "/text.npy"), "it does not begin as one");
  expect(messageOf(folder + "/missing.npy"), "cannot read");
}

TEST(Npy, piecesAreTheWhole) {
  Tensor tensor({5, 3});
  for (int64_t i = 0; i < tensor.numel(); ++i)
    tensor.data<float>()[i] = static_cast<float>(i);
  std::string path = folder + "/pieces.npy";
  unlink(path.c_str());
  {
    Result<NpyWriter> writer = NpyWriter::open(path, tensor.shape());
    ASSERT_TRUE(writer.ok());
    ASSERT_FALSE(writer->write(tensor.rawData(), 24));
    ASSERT_FALSE(writer->write(tensor.data<float>() + 6, 36));
    EXPECT_NE(access(path.c_str(), F_OK), 0) << "it is there when it is whole";
    ASSERT_FALSE(writer->finish());
  }
  Result<NpyReader> reader = NpyReader::open(path);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader->shape(), tensor.shape());
  float read[15];
  ASSERT_FALSE(reader->read(read, 4));
  ASSERT_FALSE(reader->read(read + 1, 56));
  EXPECT_EQ(std::memcmp(read, tensor.rawData(), sizeof read), 0);
}

TEST(Npy, whatIsNotFinishedIsNotThere) {
  std::string path = folder + "/unfinished.npy";
  unlink(path.c_str());
  {
    ASSERT_TRUE(NpyWriter::open(path, {2}).ok());
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0);
  ASSERT_FALSE(writeNpy(path, Tensor({3})));
  {
    ASSERT_TRUE(NpyWriter::open(path, {2}).ok());
  }
  EXPECT_EQ(messageOf(path), "read [3]") << "as it was";
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  folder = argv[1];
  mkdir(folder.c_str(), 0777);
  return RUN_ALL_TESTS();
}
