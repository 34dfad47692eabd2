//===- DriverTest.cpp - streams, events, graphs, failures, leaks ----------===//

#include "GpuTest.h"

using namespace softgpu;

namespace {

using DriverInterface = GpuTest;

TEST_F(DriverInterface, StreamsRunWhenSomebodyWaits) {
  void *stream = nullptr, *pinned = nullptr;
  ASSERT_EQ(cuStreamCreate(&stream, 0), 0);
  ASSERT_EQ(cuMemAllocHost_v2(&pinned, 8), 0);
  auto *host = static_cast<int *>(pinned);
  CUdeviceptr word = allocate(4);
  host[0] = 5;
  host[1] = 0;
  ASSERT_EQ(cuMemcpyHtoDAsync_v2(word, host, 4, stream), 0);
  host[0] = 6; // too early: the copy has not run
  ASSERT_EQ(cuMemcpyDtoHAsync_v2(host + 1, word, 4, stream), 0);
  EXPECT_EQ(host[1], 0) << "not there before the stream was waited for";
  ASSERT_EQ(cuStreamSynchronize(stream), 0);
  EXPECT_EQ(host[1], 6);
  EXPECT_EQ(softgpu_live("stream"), 1);
  EXPECT_EQ(cuStreamDestroy_v2(stream), 0);
  EXPECT_EQ(cuMemFreeHost(pinned), 0);
  EXPECT_EQ(cuMemFree_v2(word), 0);
  EXPECT_EQ(softgpu_live(nullptr), 1) << "the context is left";
}

TEST_F(DriverInterface, GraphsShowMissingEdges) {
  std::string load = "ld.param.u64 %rd1, [a]; ld.global.u32 %r2, [%rd1];\n", store = "st.global.u32 [%rd1], %r2; ret;";
  void *increment = kernel(load + "add.u32 %r2, %r2, 1;" + store),
       *square = kernel(load + "mul.lo.u32 %r2, %r2, %r2;" + store);
  CUdeviceptr word = allocate(4);
  uint64_t arguments[4] = {word, 0, 0, 0};
  void *pointers[4] = {&arguments[0], &arguments[1], &arguments[2], &arguments[3]};
  CUDA_KERNEL_NODE_PARAMS params = {increment, 1, 1, 1, 1, 1, 1, 0, pointers, nullptr, nullptr, nullptr};
  for (bool edge : {true, false}) {
    void *graph = nullptr, *exec = nullptr, *first = nullptr, *second = nullptr;
    ASSERT_EQ(cuGraphCreate(&graph, 0), 0);
    params.func = increment;
    ASSERT_EQ(cuGraphAddKernelNode_v2(&first, graph, nullptr, 0, &params), 0);
    params.func = square;
    ASSERT_EQ(cuGraphAddKernelNode_v2(&second, graph, &first, edge, &params), 0);
    ASSERT_EQ(cuGraphInstantiateWithFlags(&exec, graph, 0), 0);
    int three = 3;
    ASSERT_EQ(cuMemcpyHtoD_v2(word, &three, 4), 0);
    ASSERT_EQ(cuGraphLaunch(exec, nullptr), 0);
    EXPECT_EQ(download<int>(word, 1)[0], edge ? 16 : 10);
    // The graph itself fits its executable form; one without nodes does not.
    int why = -1;
    void *empty = nullptr;
    EXPECT_EQ(cuGraphExecUpdate_v2(exec, graph, &why), 0);
    ASSERT_EQ(cuGraphCreate(&empty, 0), 0);
    EXPECT_EQ(cuGraphExecUpdate_v2(exec, empty, &why), 910);
    EXPECT_EQ(cuGraphDestroy(empty), 0);
    EXPECT_EQ(cuGraphExecDestroy(exec), 0);
    EXPECT_EQ(cuGraphDestroy(graph), 0);
  }
  EXPECT_EQ(softgpu_live("graph") + softgpu_live("graph_exec"), 0);
}

TEST_F(DriverInterface, EventsTellWhenAndHowLong) {
  void *stream = nullptr, *begin = nullptr, *end = nullptr;
  ASSERT_EQ(cuStreamCreate(&stream, 0), 0);
  ASSERT_EQ(cuEventCreate(&begin, 0), 0);
  ASSERT_EQ(cuEventCreate(&end, 0), 0);
  float milliseconds = 0;
  EXPECT_EQ(cuEventElapsedTime(&milliseconds, begin, end), 400) << "nobody recorded them";
  EXPECT_EQ(cuEventQuery(end), 0) << "there is nothing to wait for";
  void *function = kernel("mov.u32 %r1, 1; ret;");
  ASSERT_EQ(cuEventRecord(begin, stream), 0);
  ASSERT_EQ(launch(function, 1, 1000, {}, 0, stream), 0);
  ASSERT_EQ(cuEventRecord(end, stream), 0);
  EXPECT_EQ(cuEventElapsedTime(&milliseconds, begin, end), 600);
  EXPECT_EQ(cuEventQuery(end), 600);
  EXPECT_EQ(cuEventQuery(end), 0) << "asking lets it proceed";
  EXPECT_EQ(cuEventElapsedTime(&milliseconds, begin, end), 0);
  EXPECT_FLOAT_EQ(milliseconds, 0.002f) << "two instructions of a thousand threads";
  void *untimed = nullptr;
  ASSERT_EQ(cuEventCreate(&untimed, /*CU_EVENT_DISABLE_TIMING=*/2), 0);
  ASSERT_EQ(cuEventRecord(untimed, stream), 0);
  ASSERT_EQ(cuEventSynchronize(untimed), 0);
  EXPECT_EQ(cuEventElapsedTime(&milliseconds, begin, untimed), 400);
  for (void *event : {begin, end, untimed})
    EXPECT_EQ(cuEventDestroy_v2(event), 0);
  EXPECT_EQ(cuEventQuery(begin), 400);
  EXPECT_EQ(softgpu_live("event"), 0);
}

TEST_F(DriverInterface, AStreamWaitsForAnEventOfAnother) {
  void *square = kernel("ld.param.u64 %rd1, [a]; ld.global.u32 %r2, [%rd1]; mul.lo.u32 %r2, %r2, %r2;\n"
                        "st.global.u32 [%rd1], %r2; ret;");
  CUdeviceptr word = upload(std::vector<int>{3});
  void *producer = nullptr, *consumer = nullptr, *done = nullptr;
  ASSERT_EQ(cuStreamCreate(&producer, /*CU_STREAM_NON_BLOCKING=*/1), 0);
  ASSERT_EQ(cuStreamCreate(&consumer, 1), 0);
  ASSERT_EQ(cuEventCreate(&done, 0), 0);
  int result = 0;
  ASSERT_EQ(launch(square, 1, 1, {word}, 0, producer), 0);
  ASSERT_EQ(cuMemcpyDtoHAsync_v2(&result, word, 4, consumer), 0);
  EXPECT_EQ(result, 3) << "nothing orders the streams";
  ASSERT_EQ(cuEventRecord(done, producer), 0);
  ASSERT_EQ(cuStreamWaitEvent(consumer, done, 0), 0);
  ASSERT_EQ(cuMemcpyDtoHAsync_v2(&result, word, 4, consumer), 0);
  EXPECT_EQ(result, 9);
}

TEST_F(DriverInterface, BlocksOfACooperativeLaunchMayWaitForEachOther) {
  // More blocks than an ordinary launch has resident.
  void *meet = kernel("ld.param.u64 %rd1, [a]; mov.u32 %r1, %nctaid.x; red.relaxed.gpu.global.add.u32 [%rd1], 1;\n"
                      "WAIT: ld.relaxed.gpu.global.u32 %r2, [%rd1]; setp.ne.u32 %p1, %r1, %r2; @%p1 bra WAIT; ret;");
  std::vector<uint64_t> arguments = {upload(std::vector<int>{0})};
  std::vector<void *> pointers = addressesOf(arguments);
  EXPECT_EQ(cuLaunchCooperativeKernel(meet, 108 * 32 + 1, 1, 1, 1, 1, 1, 0, nullptr, pointers.data()), 720);
  EXPECT_EQ(cuLaunchCooperativeKernel(meet, 108 * 2 + 1, 1, 1, 1024, 1, 1, 0, nullptr, pointers.data()), 720);
  EXPECT_EQ(cuLaunchCooperativeKernel(meet, 1000, 1, 1, 1, 1, 1, 0, nullptr, pointers.data()), 0);
  EXPECT_EQ(cuCtxSynchronize(), 0) << softgpu_last_error();
}

TEST_F(DriverInterface, PlainNamesAreTheSameFunctions) {
  void *stream = nullptr;
  ASSERT_EQ(cuStreamCreate(&stream, 0), 0);
  EXPECT_EQ(cuStreamDestroy(stream), 0);
  EXPECT_EQ(softgpu_calls("cuStreamDestroy_v2"), 1u);
}

TEST_F(DriverInterface, NamesAndExplainsResults) {
  const char *text = nullptr;
  EXPECT_EQ(cuGetErrorName(719, &text), 0);
  EXPECT_STREQ(text, "CUDA_ERROR_LAUNCH_FAILED");
  EXPECT_EQ(cuGetErrorString(719, &text), 0);
  EXPECT_STREQ(text, "the kernel failed");
  EXPECT_EQ(cuGetErrorString(12345, &text), 1);
  EXPECT_EQ(text, nullptr);
}

TEST_F(DriverInterface, FailsTheCallItIsTold) {
  CUdeviceptr pointer = 0;
  softgpu_fail_call("cuMemAlloc_v2", 2, 2);
  EXPECT_EQ(cuMemAlloc_v2(&pointer, 4), 0);
  EXPECT_EQ(cuMemAlloc_v2(&pointer, 4), 2);
  EXPECT_EQ(cuMemAlloc_v2(&pointer, 4), 0);
  EXPECT_EQ(softgpu_live("allocation"), 2);
}

TEST_F(DriverInterface, HasLittleMemory) {
  softgpu_set("SOFTGPU_MEMORY", 1000);
  CUdeviceptr pointer = 0;
  EXPECT_EQ(cuMemAlloc_v2(&pointer, 900), 0);
  EXPECT_EQ(cuMemAlloc_v2(&pointer, 900), 2);
}

TEST_F(DriverInterface, CanHaveNoDeviceOrBeAStub) {
  softgpu_set("SOFTGPU_DEVICES", 0);
  EXPECT_EQ(cuInit(0), 100);
  softgpu_set("SOFTGPU_STUB", 1);
  EXPECT_EQ(cuInit(0), 34);
}

TEST_F(DriverInterface, RefusesModules) {
  void *module = nullptr;
  softgpu_set("SOFTGPU_DRIVER", 10010);
  EXPECT_EQ(cuModuleLoadData(&module, ".version 7.0\n.target sm_80\n.address_size 64\n"), 222);
  softgpu_set("SOFTGPU_DRIVER", 13000);
  EXPECT_EQ(cuModuleLoadData(&module, ".version 7.8\n.target sm_90\n.address_size 64\n"), 209);
  EXPECT_EQ(cuModuleLoadData(&module, "\x7f"
                                      "ELF"),
            209);
  EXPECT_EQ(softgpu_live("module"), 0);
}

TEST_F(DriverInterface, DynamicSharedMemoryHasTheSizeOfTheLaunch) {
  void *function = kernel("mov.u32 %r1, %tid.x; shl.b32 %r2, %r1, 2; mov.u32 %r3, dynamic; add.u32 %r3, %r3, %r2;\n"
                          "st.shared.u32 [%r3], %r1; ret;",
                          ".extern .shared .align 16 .b8 dynamic[];");
  EXPECT_EQ(run(function, 1, 32, {}, 128), 0) << softgpu_last_error();
  expectFailure(run(function, 1, 32, {}, 124), 700, "the block has 124 bytes of shared memory");
}

} // namespace

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
