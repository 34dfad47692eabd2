//===- KernelTest.cpp - what NVIDIA's compiler made -----------------------===//
//
// KernelTest KERNELS.ptx: kernels that NVIDIA's compiler made of Inputs/kernels.cu, held against plain loops.
//
//===----------------------------------------------------------------------===//

#include "GpuTest.h"

#include <cmath>
#include <fstream>
#include <numeric>
#include <sstream>

using namespace softgpu;

static std::string ptx;

namespace {

class Kernel : public GpuTest {
protected:
  CUresult launch(const char *name, unsigned gridX, unsigned gridY, unsigned blockX, unsigned blockY,
                  std::vector<uint64_t> arguments, unsigned sharedBytes = 0) {
    std::vector<void *> pointers;
    for (uint64_t &argument : arguments)
      pointers.push_back(&argument);
    void *function = load(ptx, name);
    CUresult result =
        cuLaunchKernel(function, gridX, gridY, 1, blockX, blockY, 1, sharedBytes, nullptr, pointers.data(), nullptr);
    return result ? result : cuCtxSynchronize();
  }
};

/// Small whole numbers: their sums are exact in any order.
std::vector<float> wholeNumbers(size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(i * 7 % 13) - 5;
  return values;
}

TEST_F(Kernel, ReducesWithShufflesAndSharedMemory) {
  auto x = wholeNumbers(1000);
  CUdeviceptr out = allocate(3 * 4);
  ASSERT_EQ(launch("reduceSum", 3, 1, 128, 1, {upload(x), out, x.size()}), 0) << softgpu_last_error();
  auto sums = download<float>(out, 3);
  EXPECT_EQ(sums[0] + sums[1] + sums[2], std::accumulate(x.begin(), x.end(), 0.0f));
}

TEST_F(Kernel, MultipliesMatricesByTiles) {
  int n = 37;
  auto a = wholeNumbers(n * n), b = wholeNumbers(n * n + 1);
  CUdeviceptr c = allocate(n * n * 4);
  ASSERT_EQ(launch("matmulTiled", 3, 3, 16, 16, {upload(a), upload(b), c, uint64_t(n)}), 0) << softgpu_last_error();
  auto result = download<float>(c, n * n);
  for (int row = 0; row < n; ++row)
    for (int column = 0; column < n; ++column) {
      float sum = 0;
      for (int k = 0; k < n; ++k)
        sum += a[row * n + k] * b[k * n + column];
      ASSERT_EQ(result[row * n + column], sum) << row << ' ' << column;
    }
}

TEST_F(Kernel, CountsWithAtomics) {
  std::vector<unsigned char> x(3000);
  std::vector<unsigned> expected(256), zeros(256);
  for (size_t i = 0; i < x.size(); ++i)
    ++expected[x[i] = static_cast<unsigned char>(i * i)];
  CUdeviceptr counts = upload(zeros);
  ASSERT_EQ(launch("histogram", 4, 1, 64, 1, {upload(x), counts, x.size()}), 0) << softgpu_last_error();
  EXPECT_EQ(download<unsigned>(counts, 256), expected);
}

TEST_F(Kernel, ScansInDynamicSharedMemory) {
  std::vector<int> x(96), expected(96);
  std::iota(x.begin(), x.end(), 3);
  std::partial_sum(x.begin(), x.end(), expected.begin());
  CUdeviceptr y = allocate(96 * 4);
  ASSERT_EQ(launch("scan", 1, 1, 96, 1, {upload(x), y}, 96 * 4), 0) << softgpu_last_error();
  EXPECT_EQ(download<int>(y, 96), expected);
}

TEST_F(Kernel, FindsTheRaceInAScan) {
  CUdeviceptr y = allocate(96 * 4);
  expectFailure(launch("scanRacy", 1, 1, 96, 1, {upload(std::vector<int>(96)), y}, 96 * 4), 719, "race: ");
}

TEST_F(Kernel, NormalizesRows) {
  std::vector<float> x = {1, 2, 4, 1, 8, 8};
  CUdeviceptr y = allocate(6 * 4);
  ASSERT_EQ(launch("normalizeRows", 2, 1, 32, 1, {upload(x), y, 3}), 0) << softgpu_last_error();
  auto result = download<float>(y, 6);
  EXPECT_EQ(result[0], 0.25f / 1.75f);
  EXPECT_EQ(result[2], 1 / 1.75f);
  EXPECT_EQ(result[4], 1 / 2.125f);
}

TEST_F(Kernel, CopiesThroughAPipeline) {
  auto x = wholeNumbers(5 * 64 * 4);
  CUdeviceptr y = allocate(x.size() * 4);
  ASSERT_EQ(launch("pipelined", 1, 1, 64, 1, {upload(x), y, 5}), 0) << softgpu_last_error();
  auto result = download<float>(y, x.size());
  for (size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(result[i], 2 * x[i]);
}

TEST_F(Kernel, MeetsAcrossBlocks) {
  std::vector<int> x(4 * 64);
  std::iota(x.begin(), x.end(), 0);
  CUdeviceptr y = allocate(x.size() * 4);
  ASSERT_EQ(
      launch("meetAcrossBlocks", 4, 1, 64, 1, {upload(x), allocate(x.size() * 4), y, upload(std::vector<int>(1))}), 0)
      << softgpu_last_error();
  EXPECT_EQ(download<int>(y, 1)[0], 256);
}

TEST_F(Kernel, RecursesToAnotherDepthInEveryLane) {
  CUdeviceptr steps = allocate(32 * 4);
  ASSERT_EQ(launch("countCollatz", 1, 1, 32, 1, {steps}), 0) << softgpu_last_error();
  auto result = download<int>(steps, 32);
  EXPECT_EQ(result[0], 0);
  EXPECT_EQ(result[26], 111);
}

TEST_F(Kernel, ComputesInHalves) {
  // Of 16 bits: 0.5, -2, 3, 65504 (the largest), and of bf16 1.5 and 2.
  const uint16_t half = 0x3800, minusTwo = 0xc000, three = 0x4200, largest = 0x7bff;
  CUdeviceptr x = upload(std::vector<uint16_t>{half, minusTwo, three, largest});
  CUdeviceptr y = upload(std::vector<uint16_t>{half, half, minusTwo, largest});
  ASSERT_EQ(launch("scaleHalves", 1, 1, 32, 1, {x, y, 0x40000000 /*2.0f*/, 2}), 0) << softgpu_last_error();
  // 1.5, the greater of -3.5 and -2, 4, infinity
  EXPECT_EQ(download<uint16_t>(y, 4), std::vector<uint16_t>({0x3e00, minusTwo, 0x4400, 0x7c00}));

  y = upload(std::vector<uint16_t>{minusTwo, half, half, largest});
  ASSERT_EQ(launch("growHalves", 1, 1, 32, 1, {x, y, 4}), 0) << softgpu_last_error();
  // -2.5, 4.5, -2.5, 0
  EXPECT_EQ(download<uint16_t>(y, 4), std::vector<uint16_t>({0xc100, 0x4480, 0xc100, 0}));

  CUdeviceptr a = upload(std::vector<uint16_t>{0x3fc0, 0x4000}), b = upload(std::vector<uint16_t>{0x4000, 0x3fc0});
  ASSERT_EQ(launch("growBfloats", 1, 1, 32, 1, {a, b, 2}), 0) << softgpu_last_error();
  // 4.25 and -0.5
  EXPECT_EQ(download<uint16_t>(b, 2), std::vector<uint16_t>({0x4088, 0xbf00}));
}

TEST_F(Kernel, WaitsAtABarrierObject) {
  auto x = wholeNumbers(2 * 128);
  CUdeviceptr y = allocate(x.size() * 4);
  ASSERT_EQ(launch("turnAround", 2, 1, 128, 1, {upload(x), y}), 0) << softgpu_last_error();
  auto result = download<float>(y, x.size());
  for (size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(result[i], x[i / 128 * 128 + 127 - i % 128]) << i;
}

} // namespace

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 2)
    return 2;
  std::ostringstream text;
  text << std::ifstream(argv[1]).rdbuf();
  ptx = text.str();
  return RUN_ALL_TESTS();
}
