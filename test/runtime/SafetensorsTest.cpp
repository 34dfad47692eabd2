// SafetensorsTest FOLDER: reads and writes .safetensors files there.

#include "nnc/Weights.h"

#include <cstring>
#include <gtest/gtest.h>
#include <sys/stat.h>

using namespace nnc;

static std::string folder;

static std::string file(const std::string &header, const std::string &data) {
  std::string length(8, '\0');
  for (size_t i = 0; i < 8; ++i)
    length[i] = static_cast<char>(header.size() >> (8 * i));
  return length + header + data;
}

static std::string messageOf(const std::string &bytes) {
  Result<Safetensors> parsed = Safetensors::parse(bytes, "w");
  return parsed ? "valid" : parsed.error().message();
}

static void expectRefused(const std::string &bytes, const std::string &part) {
  std::string message = messageOf(bytes);
  EXPECT_NE(message.find(part), std::string::npos) << message;
}

static const char *const one = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";

TEST(Safetensors, comesBackAsWritten) {
  Tensor a({2, 3}), empty({0});
  for (int i = 0; i < 6; ++i)
    a.data<float>()[i] = static_cast<float>(i) / 3;
  std::string path = folder + "/written.safetensors", strange = "quote\" back\\slash";
  ASSERT_FALSE(writeSafetensors(path, {{strange, &a}, {"empty", &empty}}));
  Result<Safetensors> read = Safetensors::read(path);
  ASSERT_TRUE(read.ok()) << read.error().message();
  Result<Tensor> b = read->loadF32(strange);
  ASSERT_TRUE(b.ok());
  EXPECT_EQ(b->shape(), a.shape());
  EXPECT_EQ(std::memcmp(a.rawData(), b->rawData(), a.sizeBytes()), 0);
  EXPECT_TRUE(read->loadF32("empty").ok());
}

TEST(Safetensors, takesMetadataAndSpace) {
  EXPECT_EQ(messageOf(file(one, std::string(8, ' '))), "valid");
  EXPECT_EQ(messageOf(file(
                R"({"__metadata__":{"format":"pt"},"a":{"dtype":"I8","shape":[2,1],"data_offsets":[0,2]}}   )", "ab")),
            "valid");
}

TEST(Safetensors, refusesDamage) {
  expectRefused("", "it has 0 bytes");
  expectRefused(std::string(8, '\xff'), "more than 100 MB");
  expectRefused(file(one, std::string(8, ' ')).substr(0, 30), "its header has 54 bytes, the file 30");
  expectRefused(file(one, "1234567"), "its header speaks of 8 bytes of data, there are 7");
  expectRefused(file(one, "123456789"), "its header speaks of 8 bytes of data, there are 9");
  expectRefused(file("{\"a\":", ""), "its header is not JSON at byte");
  expectRefused(file("[]", ""), "a list has no place here");
  expectRefused(file("{}x", ""), "not JSON");
}

TEST(Safetensors, refusesHeadersOfAnotherForm) {
  expectRefused(file(R"({"a":1})", ""), "tensor \"a\": a number has no place here");
  expectRefused(file(R"({"a":{"dtype":"F32","shape":[2]}})", ""), "it needs dtype, shape and data_offsets");
  expectRefused(file(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", ""), "-2 is negative");
  expectRefused(file(R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", ""), "2.0 is not a whole number");
  expectRefused(file(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", ""),
                "data_offsets are not [begin, end]");
  expectRefused(file(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}})", ""), "unknown field \"x\"");
  expectRefused(file(R"({"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})", ""),
                "the field \"dtype\" comes twice");
  expectRefused(file(R"({"a":{"dtype":"Q7","shape":[2],"data_offsets":[0,8]}})", std::string(8, ' ')),
                "the unknown type Q7");
}

TEST(Safetensors, refusesANameTwice) {
  expectRefused(
      file(
          R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[4,8]}})",
          std::string(8, ' ')),
      "tensor \"a\": the name comes twice");
}

TEST(Safetensors, refusesPlacesThatDoNotFit) {
  auto two = [](const std::string &b) {
    return file(
        R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":)" + b +
            "}}",
        std::string(12, ' '));
  };
  expectRefused(two("[8,12]"), "tensor \"b\" begins at byte 8 of the data, the one before it ends at 4");
  expectRefused(two("[2,6]"), "tensor \"b\" begins at byte 2 of the data, the one before it ends at 4");
  expectRefused(two("[4,12]"), "tensor \"b\" has 8 bytes, which F32 [1] does not take");
  expectRefused(file(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", ""),
                "tensor \"a\" has 0 bytes, which F32 [4611686018427387904, 4] does not take");
}

TEST(Safetensors, refusesTypesByName) {
  Result<Safetensors> parsed =
      Safetensors::parse(file(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", std::string(8, ' ')), "w");
  ASSERT_TRUE(parsed.ok());
  Result<Tensor> tensor = parsed->loadF32("a");
  ASSERT_FALSE(tensor.ok());
  EXPECT_EQ(tensor.error().message(), "tensor \"a\" of 'w' is F64; F32, F16 and BF16 can be loaded");
}

static Safetensors weights(const std::string &prefix, const std::string &bias, const std::string &dtype = "F32") {
  std::string size = dtype == "F32" ? "8" : "16";
  std::string total = dtype == "F32" ? "12" : "20";
  return std::move(*Safetensors::parse(
      file("{\"" + prefix + "w\":{\"dtype\":\"" + dtype + "\",\"shape\":[2],\"data_offsets\":[0," + size + "]},\"" +
               prefix + bias + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + size + "," + total + "]}}",
           std::string(dtype == "F32" ? 12 : 20, '\0')),
      "w"));
}

static const std::vector<TensorInfo> parameters = {{"w", DType::F32, {2}}, {"b", DType::F32, {1}}};

TEST(Weights, namesAllThatIsWrongAtOnce) {
  Result<std::vector<Tensor>> loaded =
      loadParameters(weights("", "c", "F64"), "M", {{"w", DType::F32, {3}}, {"b", DType::F32, {1}}}, {});
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().message(), "weights in 'w' do not fit model M:\n"
                                      "  missing: \"b\"\n"
                                      "  unexpected: \"c\"\n"
                                      "  parameter \"w\": file has [2], model needs [3]\n"
                                      "  parameter \"w\": file has F64, model takes F32, F16 or BF16");
}

TEST(Weights, prefix) {
  Result<std::vector<Tensor>> loaded = loadParameters(weights("module.", "b"), "M", parameters, {});
  ASSERT_FALSE(loaded.ok());
  EXPECT_NE(loaded.error().message().find("load with the prefix \"module.\""), std::string::npos)
      << loaded.error().message();
  EXPECT_TRUE(loadParameters(weights("module.", "b"), "M", parameters, {true, "module."}).ok());
}

TEST(Weights, strict) {
  std::vector<TensorInfo> fewer = {parameters[0]};
  EXPECT_FALSE(loadParameters(weights("", "b"), "M", fewer, {}).ok());
  EXPECT_TRUE(loadParameters(weights("", "b"), "M", fewer, {false, ""}).ok());
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  folder = argv[1];
  mkdir(folder.c_str(), 0777);
  return RUN_ALL_TESTS();
}
