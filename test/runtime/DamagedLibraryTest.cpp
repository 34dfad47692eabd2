// DamagedLibraryTest MODEL.so: no damaged copy of the model reaches the dynamic loader.

#include "nnc/Model.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

using namespace nnc;

static std::string library;

/// Loading must fail, and say that the file is at fault.
static std::string expectInvalid(const std::string &bytes) {
  Result<Model> model = Model::tryLoadMemory(bytes, "", "cpu");
  if (model) {
    ADD_FAILURE() << "a damaged model was loaded";
    return "";
  }
  EXPECT_EQ(model.error().code(), StatusCode::Invalid) << model.error().message();
  return model.error().message();
}

TEST(DamagedLibrary, anyFlippedBit) {
  for (size_t at = 0; at < library.size(); at += 61) {
    std::string damaged = library;
    damaged[at] = static_cast<char>(damaged[at] ^ 1 << at % 8);
    // A version of the format to come, or another machine, would be another answer.
    Result<Model> model = Model::tryLoadMemory(damaged, "", "cpu");
    EXPECT_FALSE(model.ok()) << "byte " << at;
    EXPECT_EQ(model.error().message().find("parameters and carries no weights"), std::string::npos) << "byte " << at;
  }
}

TEST(DamagedLibrary, anyLength) {
  for (size_t length = 0; length < library.size(); length += 257)
    expectInvalid(library.substr(0, length));
  EXPECT_NE(expectInvalid(library + "x").find("is damaged: it has"), std::string::npos);
  EXPECT_NE(expectInvalid(library.substr(0, library.size() - 1)).find("is damaged: it has"), std::string::npos);
}

TEST(DamagedLibrary, theDigestIsSeen) {
  std::string damaged = library;
  damaged[damaged.size() / 2] ^= 4;
  EXPECT_NE(expectInvalid(damaged).find("its digest does not fit its contents"), std::string::npos);
}

TEST(DamagedLibrary, foreignFiles) {
  EXPECT_NE(expectInvalid("module @Text {}\n").find("it is not an ELF library"), std::string::npos);
  std::ifstream self("/proc/self/exe", std::ios::binary);
  std::string program{std::istreambuf_iterator<char>(self), {}};
  EXPECT_NE(expectInvalid(program).find("it has no nnc note"), std::string::npos);
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  std::ifstream file(argv[1], std::ios::binary);
  library.assign(std::istreambuf_iterator<char>(file), {});
  return RUN_ALL_TESTS();
}
