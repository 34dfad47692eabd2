//===- CaptureTest.cpp - streams that capture, and what that forbids ------===//

#include "GpuTest.h"

#include <thread>

using namespace softgpu;

namespace {

enum Mode { Global, ThreadLocal, Relaxed };

class StreamCapture : public GpuTest {
protected:
  void *create(unsigned flags) {
    void *stream = nullptr;
    EXPECT_EQ(cuStreamCreate(&stream, flags), 0);
    return stream;
  }
  void *createCapturing(Mode mode, unsigned flags = /*CU_STREAM_NON_BLOCKING=*/1) {
    void *stream = create(flags);
    EXPECT_EQ(cuStreamBeginCapture_v2(stream, mode), 0);
    return stream;
  }
  /// 0: it does not capture, 1: it does, 2: its capture is broken.
  int stateOf(void *stream) {
    int state = -1;
    EXPECT_EQ(cuStreamIsCapturing(stream, &state), 0);
    return state;
  }
  /// A broken capture ends with 901 and no graph, and then the stream is as before.
  void expectBroken(void *stream) {
    void *graph = this;
    EXPECT_EQ(stateOf(stream), 2);
    EXPECT_EQ(cuMemcpyDtoDAsync_v2(word, word, 4, stream), 901);
    EXPECT_EQ(cuStreamSynchronize(stream), 901);
    EXPECT_EQ(cuStreamEndCapture(stream, &graph), 901);
    EXPECT_EQ(graph, nullptr);
    EXPECT_EQ(softgpu_live("graph"), 0);
    EXPECT_EQ(stateOf(stream), 0);
    EXPECT_EQ(launch(kernel(addOne), 1, 1, {word}, 0, stream), 0);
    EXPECT_EQ(cuStreamSynchronize(stream), 0);
  }
  void expectSound(void *stream) {
    void *graph = nullptr;
    EXPECT_EQ(cuStreamEndCapture(stream, &graph), 0);
    EXPECT_EQ(cuGraphDestroy(graph), 0);
  }
  /// What cuMemAlloc gives in another thread.
  CUresult allocateElsewhere() {
    CUresult result = -1;
    std::thread([&] {
      CUdeviceptr pointer = 0;
      ASSERT_EQ(cuCtxSetCurrent(context), 0);
      result = cuMemAlloc_v2(&pointer, 4);
    }).join();
    return result;
  }

  void SetUp() override {
    GpuTest::SetUp();
    ASSERT_EQ(cuCtxGetCurrent(&context), 0);
    word = upload(std::vector<int>{1});
  }

  void *context = nullptr;
  CUdeviceptr word = 0;
  const std::string addOne = "ld.param.u64 %rd1, [a]; ld.global.u32 %r2, [%rd1]; add.u32 %r2, %r2, 1;\n"
                             "st.global.u32 [%rd1], %r2; ret;";
};

TEST_F(StreamCapture, BecomesAGraph) {
  void *increment = kernel(addOne);
  CUdeviceptr from = upload(std::vector<int>{1}), word = upload(std::vector<int>{0});
  void *stream = create(0), *graph = nullptr, *exec = nullptr;
  EXPECT_EQ(cuStreamEndCapture(stream, &graph), 1) << "it does not capture";
  EXPECT_EQ(cuStreamBeginCapture_v2(nullptr, 0), 1) << "the default stream cannot be captured";
  ASSERT_EQ(cuStreamBeginCapture_v2(stream, 0), 0);
  EXPECT_EQ(cuStreamBeginCapture_v2(stream, 0), 1);
  EXPECT_EQ(stateOf(stream), 1);
  ASSERT_EQ(launch(increment, 1, 1, {from}, 0, stream), 0);
  ASSERT_EQ(cuMemcpyDtoDAsync_v2(word, from, 4, stream), 0);
  ASSERT_EQ(launch(increment, 1, 1, {word}, 0, stream), 0);
  ASSERT_EQ(cuStreamEndCapture(stream, &graph), 0);
  EXPECT_EQ(stateOf(stream), 0);
  ASSERT_EQ(cuStreamSynchronize(stream), 0);
  EXPECT_EQ(download<int>(word, 1)[0], 0) << "capturing does not run it";
  ASSERT_EQ(cuGraphInstantiateWithFlags(&exec, graph, 0), 0);
  ASSERT_EQ(cuGraphLaunch(exec, stream), 0);
  ASSERT_EQ(cuGraphLaunch(exec, stream), 0);
  ASSERT_EQ(cuStreamSynchronize(stream), 0);
  EXPECT_EQ(download<int>(from, 1)[0], 3);
  EXPECT_EQ(download<int>(word, 1)[0], 4);
  ASSERT_EQ(cuGraphDestroy(graph), 0);
  ASSERT_EQ(cuStreamBeginCapture_v2(stream, 0), 0);
  EXPECT_EQ(cuGraphLaunch(exec, stream), 900) << "a graph does not go into another";
  expectBroken(stream);
}

TEST_F(StreamCapture, IsBrokenByWaitingForIt) {
  for (CUresult (*wait)(void *) : {cuStreamSynchronize, cuStreamQuery}) {
    void *stream = createCapturing(Relaxed);
    EXPECT_EQ(wait(stream), 900);
    expectBroken(stream);
  }
}

TEST_F(StreamCapture, ForbidsWhatItWouldNotSee) {
  void *pinned = nullptr, *module = nullptr;
  CUdeviceptr pointer = 0;
  auto expectForbidden = [&](auto call) {
    void *stream = createCapturing(Global);
    EXPECT_EQ(call(), 900);
    expectBroken(stream);
  };
  expectForbidden([&] { return cuMemAlloc_v2(&pointer, 4); });
  expectForbidden([&] { return cuMemFree_v2(word); });
  expectForbidden([&] { return cuMemAllocHost_v2(&pinned, 4); });
  expectForbidden([&] { return cuModuleLoadData(&module, ""); });
  expectForbidden([&] { return cuCtxSynchronize(); });
}

TEST_F(StreamCapture, ForbidsItToOtherThreadsByItsMode) {
  void *stream = createCapturing(Global);
  EXPECT_EQ(allocateElsewhere(), 900);
  expectBroken(stream);
  stream = createCapturing(ThreadLocal);
  EXPECT_EQ(allocateElsewhere(), 0);
  expectSound(stream);
  stream = createCapturing(Relaxed);
  allocate(4);
  expectSound(stream);
}

TEST_F(StreamCapture, EndsInItsThread) {
  for (Mode mode : {ThreadLocal, Relaxed}) {
    void *stream = createCapturing(mode), *graph = nullptr;
    std::thread([&] {
      ASSERT_EQ(cuCtxSetCurrent(context), 0);
      EXPECT_EQ(cuStreamEndCapture(stream, &graph), mode == Relaxed ? 0 : 908);
    }).join();
    if (mode == Relaxed)
      EXPECT_EQ(cuGraphDestroy(graph), 0);
    else
      expectBroken(stream);
  }
}

TEST_F(StreamCapture, IsNoMatterForTheDefaultStreamUnlessTheyWaitForEachOther) {
  int value = 0;
  void *stream = createCapturing(Relaxed);
  EXPECT_EQ(cuMemcpyDtoH_v2(&value, word, 4), 0);
  expectSound(stream);
  stream = createCapturing(Relaxed, /*CU_STREAM_DEFAULT=*/0);
  EXPECT_EQ(cuMemcpyDtoH_v2(&value, word, 4), 906);
  expectBroken(stream);
}

TEST_F(StreamCapture, MarksEventsThatNobodyCanWaitFor) {
  void *event = nullptr, *outside = nullptr, *other = create(0);
  ASSERT_EQ(cuEventCreate(&event, 0), 0);
  ASSERT_EQ(cuEventCreate(&outside, 0), 0);
  ASSERT_EQ(cuEventRecord(outside, other), 0);
  for (CUresult (*wait)(void *) : {cuEventSynchronize, cuEventQuery}) {
    void *stream = createCapturing(Relaxed);
    EXPECT_EQ(cuEventRecord(event, stream), 0);
    EXPECT_EQ(wait(event), 907);
    expectBroken(stream);
  }
  void *stream = createCapturing(Relaxed);
  EXPECT_EQ(cuEventRecord(event, stream), 0);
  EXPECT_EQ(cuStreamWaitEvent(other, event, 0), 801) << "a stream that joins a capture";
  EXPECT_EQ(cuStreamWaitEvent(stream, outside, 0), 905) << "a wait for work outside";
  expectBroken(stream);
}

} // namespace

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
