// TbbParallelForTest FOLDER: runs the model that tbb-parallel-for.test has compiled there, its parts on oneTBB's
// threads.

#include "nnc/Model.h"
#include "nnc/Random.h"

#include <cstring>
#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

using namespace nnc;

static std::string folder;

static void runOnTbb(void *, uint32_t parts, void (*work)(void *, uint32_t), void *context) {
  tbb::parallel_for(uint32_t(0), parts, [=](uint32_t part) { work(context, part); });
}

TEST(TbbParallelFor, givesTheSameBits) {
  // More threads than this machine may have cores.
  tbb::global_control threads(tbb::global_control::max_allowed_parallelism, 4);
  Model model = Model::load(folder + "/two-layers.so", folder + "/two-layers.safetensors");
  for (int64_t batch : {1, 5, 16, 100}) {
    Tensor x = rand(shapeOf(model.inputs().front(), batch)), expected = model(x);
    for (int parts : {1, 2, 3, 8}) {
      Runner runner = model.runner({batch, parts, {runOnTbb, nullptr}, /*leastSharedFlops=*/0});
      for (int repeat = 0; repeat < 20; ++repeat) {
        Tensor y(expected.shape());
        ASSERT_TRUE(runner.run(x.data<float>(), y.data<float>(), batch).ok());
        ASSERT_EQ(std::memcmp(y.rawData(), expected.rawData(), y.sizeBytes()), 0)
            << batch << " rows in " << parts << " parts";
      }
    }
  }
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  folder = argv[1];
  return RUN_ALL_TESTS();
}
