// A table written by hand, as a model linked into the program would have it: what is right runs, what is not is
// refused.

#include "test/runtime/cuda/ScaleModel.h"

#include "nnc/Model.h"

#include <cstddef>
#include <gtest/gtest.h>

using namespace nnc;

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

//===----------------------------------------------------------------------===//
// Code for GPUs
//===----------------------------------------------------------------------===//

static std::string messageOf(const ScaleModel &table) {
  // Without weights, a table that is right ends here.
  std::string message = Model::tryFromTable(&table.model, "", "cpu").error().message();
  return message.rfind("model Scale has 1 parameters and carries no weights", 0) == 0 ? "right" : message;
}

TEST(GpuTable, isRead) { EXPECT_EQ(messageOf(ScaleModel()), "right"); }

TEST(GpuTable, modelsFromBeforeHaveNone) {
  ScaleModel table;
  table.entries[0].size = offsetof(nnc_entry, cuda_variants);
  table.cudaVariants[0].size = 0;
  EXPECT_EQ(messageOf(table), "right");
}

TEST(GpuTable, refusesWhatNoVersionAllows) {
  auto expectMalformed = [](auto change, const std::string &what) {
    ScaleModel table;
    change(table);
    EXPECT_EQ(messageOf(table), "the model's table is malformed: " + what);
  };
  using T = ScaleModel &;
  expectMalformed([](T t) { t.entries[0].cuda_variants.stride = 8; }, "its GPU variants");
  expectMalformed([](T t) { t.cudaVariants[0].size = 8; }, "GPU variant 0");
  expectMalformed([](T t) { t.cudaVariants[0].pack = nullptr; }, "GPU variant 0 has no pack");
  expectMalformed([](T t) { t.cudaVariants[0].packed_size = UINT64_MAX; }, "sizes of GPU variant 0");
  expectMalformed([](T t) { t.cudaVariants[0].workspace_size_per_sample = UINT64_MAX; }, "sizes of GPU variant 0");
  expectMalformed([](T t) { t.cudaVariants[0].images.count = 0; }, "GPU variant 0 has no image");
  expectMalformed([](T t) { t.cudaVariants[0].images.data = nullptr; }, "images of GPU variant 0");
  expectMalformed([](T t) { t.images[0].size = 0; }, "image 0 of GPU variant 0");
  expectMalformed([](T t) { t.images[0].kind = 2; }, "image 0 of GPU variant 0");
  expectMalformed([](T t) { t.images[0].data = nullptr; }, "image 0 of GPU variant 0");
  expectMalformed([](T t) { t.images[0].data_size = 0; }, "image 0 of GPU variant 0");
  expectMalformed([](T t) { t.images[0].data_size -= 1; }, "image 0 of GPU variant 0");
  expectMalformed([](T t) { t.images[0].kind = NNC_CUDA_CUBIN; }, "image 0 of GPU variant 0");
  expectMalformed([](T t) { t.images[0].arch = UINT32_MAX; }, "image 0 of GPU variant 0");
  expectMalformed([](T t) { t.kernels[1].name = nullptr; }, "kernel 1 of GPU variant 0");
  expectMalformed([](T t) { t.kernels[1].threads = 0; }, "kernel 1 of GPU variant 0");
  expectMalformed([](T t) { t.kernels[1].threads = 1025; }, "kernel 1 of GPU variant 0");
  expectMalformed([](T t) { t.kernels[1].dynamic_shared_size = UINT32_MAX; }, "kernel 1 of GPU variant 0");
  expectMalformed([](T t) { t.schedules[0].max_samples = 0; }, "schedule 0 of GPU variant 0");
  expectMalformed([](T t) { t.schedules[1].max_samples = 4; }, "schedule 1 of GPU variant 0");
  expectMalformed([](T t) { t.schedules[1].max_samples = 5; }, "GPU variant 0 has no schedule for many samples");
  expectMalformed([](T t) { t.cudaVariants[0].schedules.count = 0; }, "GPU variant 0 has no schedule for many samples");
  auto expectBadLaunch = [&](auto change) { expectMalformed(change, "schedule 0 of GPU variant 0"); };
  expectBadLaunch([](T t) { t.schedules[0].launches.stride = 4; });
  expectBadLaunch([](T t) { t.launches[1].kernel = 2; });
  expectBadLaunch([](T t) { t.launches[1].rows = -1; });
  expectBadLaunch([](T t) { t.launches[1].rows_per_sample = INT64_MIN; });
  expectBadLaunch([](T t) { t.launches[1].rows_per_sample = 0; });
  expectBadLaunch([](T t) { t.launches[1].rows = INT64_MAX; });
  expectBadLaunch([](T t) { t.launches[1].rows_per_block = 0; });
  expectBadLaunch([](T t) { t.launches[1].grid_y = 0; });
  expectBadLaunch([](T t) { t.launches[1].grid_y = 65536; });
  expectBadLaunch([](T t) { t.launches[1].arguments.data = nullptr; });
  expectBadLaunch([](T t) { t.scaleArguments[0].size = 0; });
  expectBadLaunch([](T t) { t.scaleArguments[0].kind = 5; });
  expectBadLaunch([](T t) { t.scaleArguments[0].index = 1; });
  expectBadLaunch([](T t) { t.shiftArguments[1].index = 1; });
  expectBadLaunch([](T t) { t.scaleArguments[1].offset = 17; });
  expectBadLaunch([](T t) { t.scaleArguments[1].offset = -1; });
  // The workspace has 256 bytes and 16 more for each sample, and is for 64 samples at least.
  expectBadLaunch([](T t) { t.scaleArguments[2].offset = 256 + 16 * 64 + 1; });
  expectBadLaunch([](T t) { t.scaleArguments[2].offset = -1; });
  expectBadLaunch([](T t) { t.scaleArguments[2].scale = 17; });
  expectBadLaunch([](T t) { t.scaleArguments[2].scale = -1; });
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
