//===- DeviceTest.cpp - two devices in one process ------------------------===//

#include "GpuTest.h"

using namespace softgpu;

namespace {

/// Device 0 is current when a test begins.
class TwoDevices : public GpuTest {
protected:
  void SetUp() override {
    GpuTest::SetUp();
    softgpu_set("SOFTGPU_DEVICES", 2);
    for (int device : {0, 1})
      ASSERT_EQ(cuDevicePrimaryCtxRetain(&contexts[device], device), 0);
  }
  void use(int device) { ASSERT_EQ(cuCtxSetCurrent(contexts[device]), 0); }

  void *contexts[2] = {};
  const std::string store = "ld.param.u64 %rd1, [a]; st.global.u32 [%rd1], 7; ret;";
};

TEST_F(TwoDevices, HaveAContextEach) {
  EXPECT_NE(contexts[0], contexts[1]);
  CUdevice device = -1;
  use(1);
  EXPECT_EQ(cuCtxGetDevice(&device), 0);
  EXPECT_EQ(device, 1);
  void *context = nullptr;
  EXPECT_EQ(cuDevicePrimaryCtxRetain(&context, 2), 101);
}

TEST_F(TwoDevices, RunKernelsOnMemoryOfTheirOwn) {
  for (int device : {0, 1}) {
    use(device);
    CUdeviceptr word = allocate(4);
    EXPECT_EQ(run(kernel(store), 1, 1, {word}), 0) << softgpu_last_error();
    EXPECT_EQ(download<int>(word, 1)[0], 7);
  }
}

TEST_F(TwoDevices, DoNotReachEachOthersMemory) {
  CUdeviceptr word = allocate(4);
  use(1);
  expectFailure(run(kernel(store), 1, 1, {word}), 700, "which belongs to another device");
  EXPECT_EQ(cuCtxSynchronize(), 700);
  use(0);
  EXPECT_EQ(cuCtxSynchronize(), 0) << "the other device's context is sound";
  EXPECT_EQ(run(kernel(store), 1, 1, {word}), 0) << softgpu_last_error();
}

TEST_F(TwoDevices, ShareThePinnedMemoryOfTheHost) {
  void *pinned = nullptr;
  ASSERT_EQ(cuMemAllocHost_v2(&pinned, 4), 0);
  use(1);
  EXPECT_EQ(run(kernel(store), 1, 1, {reinterpret_cast<uint64_t>(pinned)}), 0) << softgpu_last_error();
  EXPECT_EQ(*static_cast<int *>(pinned), 7);
  EXPECT_EQ(cuMemFreeHost(pinned), 0);
}

TEST_F(TwoDevices, DoNotMixFunctionsStreamsAndEvents) {
  CUdeviceptr word = allocate(4);
  void *function = kernel(store), *event = nullptr, *stream = nullptr;
  ASSERT_EQ(cuEventCreate(&event, 0), 0);
  use(1);
  ASSERT_EQ(cuStreamCreate(&stream, 0), 0);
  EXPECT_EQ(launch(function, 1, 1, {word}), 400);
  EXPECT_EQ(launch(function, 1, 1, {word}, 0, stream), 400);
  EXPECT_EQ(cuEventRecord(event, stream), 400);
}

TEST_F(TwoDevices, LaunchGraphsInTheirOwnContext) {
  std::vector<uint64_t> arguments = {allocate(4)};
  std::vector<void *> pointers = addressesOf(arguments);
  void *graph = nullptr, *exec = nullptr, *node = nullptr, *stream = nullptr, *other = nullptr, *module = nullptr;
  CUDA_KERNEL_NODE_PARAMS params = {kernel(store, "", &module), 1, 1, 1, 1, 1, 1, 0, pointers.data(), {}, {}, {}};
  ASSERT_EQ(cuGraphCreate(&graph, 0), 0);
  ASSERT_EQ(cuGraphAddKernelNode_v2(&node, graph, nullptr, 0, &params), 0);
  ASSERT_EQ(cuGraphInstantiateWithFlags(&exec, graph, 0), 0);
  ASSERT_EQ(cuStreamCreate(&stream, 0), 0);
  EXPECT_EQ(cuGraphLaunch(exec, stream), 0);
  use(1);
  ASSERT_EQ(cuStreamCreate(&other, 0), 0);
  EXPECT_EQ(cuGraphLaunch(exec, stream), 400) << "the stream is the other device's";
  EXPECT_EQ(cuGraphLaunch(exec, other), 801) << "the kernel is the other device's";
  use(0);
  EXPECT_EQ(cuModuleUnload(module), 0);
  EXPECT_EQ(cuGraphLaunch(exec, stream), 400) << "the kernel is gone";
}

TEST_F(TwoDevices, HaveMemoryOfTheirOwn) {
  softgpu_set("SOFTGPU_MEMORY", 1000);
  CUdeviceptr pointer = allocate(900);
  size_t free = 0, total = 0;
  use(1);
  EXPECT_EQ(cuMemGetInfo_v2(&free, &total), 0);
  EXPECT_EQ(free, 1000u);
  EXPECT_EQ(cuMemAlloc_v2(&pointer, 900), 0);
  EXPECT_EQ(cuMemAlloc_v2(&pointer, 900), 2);
}

TEST_F(TwoDevices, AreReleasedApart) {
  CUdeviceptr word = upload(std::vector<int>{5});
  use(1);
  allocate(4);
  EXPECT_EQ(cuDevicePrimaryCtxRelease_v2(1), 0);
  EXPECT_EQ(cuCtxSynchronize(), 201);
  use(0);
  EXPECT_EQ(softgpu_live("allocation"), 1);
  EXPECT_EQ(download<int>(word, 1)[0], 5);
}

} // namespace

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
