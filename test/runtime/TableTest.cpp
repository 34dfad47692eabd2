// A table written by hand, as a model linked into the program would have it: what is right runs, what is not is
// refused.

#include "nnc/Model.h"

#include <gtest/gtest.h>

using namespace nnc;

#if defined(__x86_64__)
static constexpr uint32_t thisMachine = NNC_MACHINE_X86_64;
#else
static constexpr uint32_t thisMachine = NNC_MACHINE_AARCH64;
#endif

/// y[i] = x[i] + 1 for rows of two.
static void runPart(const nnc_call *call, uint32_t, uint32_t part, uint32_t) {
  auto *x = static_cast<const float *>(call->inputs[0]);
  auto *y = static_cast<float *>(call->outputs[0]);
  for (int64_t i = 0; part == 0 && i < 2 * call->batch; ++i)
    y[i] = x[i] + 1;
}
static void pack(const void *const *, void *) {}
static uint32_t phases(const nnc_call *, uint32_t) { return 1; }

namespace {

class Table : public testing::Test {
protected:
  template <typename T> static nnc_array arrayOf(const T &element) { return {&element, 1, sizeof(T)}; }

  std::string messageOf(const nnc_model &table) {
    Result<Model> result = Model::tryFromTable(&table);
    return result ? "runs" : result.error().message();
  }

  int64_t shape[2] = {-1, 2};
  const char *symbol = "batch";
  nnc_tensor_info x{sizeof x, {NNC_DTYPE_FLOAT, 32, 1}, "x", {shape, 2, sizeof(int64_t)}};
  nnc_tensor_info y{sizeof y, {NNC_DTYPE_FLOAT, 32, 1}, "y", {shape, 2, sizeof(int64_t)}};
  nnc_cpu_variant variant{sizeof variant, thisMachine, "level", 0, 0, 64, 0, 0, 64, pack, phases, runPart};
  nnc_entry entry{sizeof entry, 0, "forward", arrayOf(symbol), arrayOf(x), arrayOf(y), arrayOf(variant), 0, {}};
  nnc_model model{sizeof model, NNC_ABI_VERSION, "M", "by hand", "{}", "{}", {}, arrayOf(entry), nullptr, 0};
};

} // namespace

TEST_F(Table, runs) {
  Model loaded = Model::fromTable(&model);
  Tensor input({3, 2});
  input.data<float>()[5] = 4;
  EXPECT_EQ(loaded(input).data<float>()[5], 5);
  EXPECT_EQ(loaded.level(), "level");
}

TEST_F(Table, structsOfALaterVersionAreLonger) {
  struct Longer {
    nnc_cpu_variant known;
    uint64_t later;
  } longer{variant, 7};
  longer.known.size = sizeof longer;
  entry.cpu_variants = {&longer, 1, sizeof longer};
  EXPECT_EQ(messageOf(model), "runs");
}

TEST_F(Table, theFirstVariantThatFits) {
  nnc_cpu_variant variants[] = {variant, variant, variant};
  variants[0].machine = 1;
  variants[1].features = uint64_t(1) << 63;
  variants[2].level = "third";
  entry.cpu_variants = {variants, 3, sizeof variant};
  EXPECT_EQ(Model::fromTable(&model).level(), "third");
}

TEST_F(Table, aCpuThatLacksFeatures) {
  variant.features = uint64_t(1) << 63;
  Result<Model> result = Model::tryFromTable(&model);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), StatusCode::System);
  EXPECT_EQ(result.error().message().find("the model was compiled for level; this CPU is "), 0u);
}

TEST_F(Table, anotherVersion) {
  model.abi_version = 2;
  EXPECT_EQ(messageOf(model), "the model has version 2 of nnc/abi.h, this runtime 1");
  Result<Model> null = Model::tryFromTable(nullptr);
  ASSERT_FALSE(null.ok());
  EXPECT_EQ(null.error().message(), "the table is null: the model does not speak this version of nnc/abi.h");
}

TEST_F(Table, unknownElementType) {
  x.dtype.bits = 16;
  EXPECT_EQ(messageOf(model), "input \"x\" has an element type that this runtime does not know");
}

TEST_F(Table, refusesWhatNoVersionAllows) {
  auto expectMalformed = [&](auto change) {
    auto restore = std::tuple(model, entry, variant, x, shape[1]);
    change();
    EXPECT_EQ(messageOf(model).find("the model's table is malformed: "), 0u) << messageOf(model);
    std::tie(model, entry, variant, x, shape[1]) = restore;
  };
  expectMalformed([&] { model.size = 8; });
  expectMalformed([&] { model.name = nullptr; });
  expectMalformed([&] { model.entries.count = 0; });
  expectMalformed([&] { entry.size = 4; });
  expectMalformed([&] { entry.inputs.stride = 1; });
  expectMalformed([&] { x.name = nullptr; });
  expectMalformed([&] { shape[1] = -2; });
  expectMalformed([&] { shape[1] = -1; });
  expectMalformed([&] { shape[1] = INT64_MAX; });
  expectMalformed([&] { variant.run_part = nullptr; });
  expectMalformed([&] { variant.workspace_alignment = 48; });
  expectMalformed([&] { variant.packed_size = UINT64_MAX; });
  EXPECT_EQ(messageOf(model), "runs");
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
