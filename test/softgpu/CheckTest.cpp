//===- CheckTest.cpp - each check fires, and does not where it must not ---===//
//
// Each check of the software GPU fires, and does not where it must not.
//
//===----------------------------------------------------------------------===//

#include "GpuTest.h"

using namespace softgpu;

namespace {

using Check = GpuTest;

/// %rd1 = a + 4 * tid, %rd2 = b + 4 * tid, %r1 = tid.
const std::string addresses = "ld.param.u64 %rd8, [a]; ld.param.u64 %rd9, [b]; mov.u32 %r1, %tid.x;\n"
                              "mul.wide.u32 %rd3, %r1, 4; add.s64 %rd1, %rd8, %rd3; add.s64 %rd2, %rd9, %rd3;\n";
const std::string buffer = ".shared .align 16 .b8 buffer[256];\n";
/// %r2 = buffer + 4 * tid, %r3 = buffer + 4 * (63 - tid): the words of this thread and of its opposite.
const std::string sharedPlaces = "mov.u32 %r4, buffer; shl.b32 %r5, %r1, 2; add.u32 %r2, %r4, %r5;\n"
                                 "sub.u32 %r6, 252, %r5; add.u32 %r3, %r4, %r6;\n";

TEST_F(Check, AccessOutsideAnAllocation) {
  void *function = kernel(addresses + "ld.global.u32 %r2, [%rd1]; st.global.u32 [%rd2], %r2; ret;");
  CUdeviceptr in = upload(std::vector<int>(32)), out = allocate(31 * 4);
  expectFailure(run(function, 1, 32, {in, out}), 700, "thread (31,0,0) of block (0,0,0): writes of 4 bytes at global");
  EXPECT_EQ(cuCtxSynchronize(), 700) << "the context is lost";
  EXPECT_EQ(cuDevicePrimaryCtxRelease_v2(0), 0);
  EXPECT_EQ(softgpu_live(nullptr), 0);
}

TEST_F(Check, MisalignedAccess) {
  void *function = kernel("ld.param.u64 %rd1, [a]; ld.global.u32 %r1, [%rd1+2]; ret;");
  expectFailure(run(function, 1, 1, {upload(std::vector<int>(2))}), 716, "misaligned");
}

TEST_F(Check, ReadOfUnwrittenMemory) {
  void *function = kernel(addresses + "ld.global.u32 %r2, [%rd1]; ret;");
  expectFailure(run(function, 1, 1, {allocate(4)}), 700, "which nobody wrote");
}

TEST_F(Check, ReadOfUnwrittenSharedMemory) {
  void *function = kernel("ld.shared.u32 %r2, [buffer]; ret;", buffer);
  expectFailure(run(function, 1, 1, {}), 700,
                "PTX line 8, thread (0,0,0) of block (0,0,0): reads 4 bytes at shared address 0x0");
}

TEST_F(Check, OrderedByABarrier) {
  CUdeviceptr out = allocate(256);
  void *function =
      kernel(addresses + sharedPlaces + "st.shared.u32 [%r2], %r1; bar.sync 0; ld.shared.u32 %r7, [%r3];\n" +
                 "st.global.u32 [%rd1], %r7; ret;",
             buffer);
  EXPECT_EQ(run(function, 1, 64, {out}), 0) << softgpu_last_error();
  EXPECT_EQ(download<int>(out, 64)[5], 58);
}

TEST_F(Check, RaceInSharedMemory) {
  // Everything is written before, so that the race is all that is wrong.
  void *function = kernel(addresses + sharedPlaces + "st.shared.u32 [%r2], 0; bar.sync 0; st.shared.u32 [%r2], %r1;\n" +
                              "ld.shared.u32 %r7, [%r3]; ret;",
                          buffer);
  expectFailure(run(function, 1, 64, {}), 719, "race: ");
}

TEST_F(Check, HalvesOfAWordAreApart) {
  // Thread t reads half t and then writes it, or the other's.
  const std::string places = "ld.param.u64 %rd8, [a]; mov.u32 %r1, %tid.x; mul.wide.u32 %rd3, %r1, 2;\n"
                             "add.s64 %rd1, %rd8, %rd3; xor.b64 %rd2, %rd1, 2; ld.global.u16 %h1, [%rd1];\n";
  CUdeviceptr word = upload(std::vector<uint16_t>{1, 2});
  EXPECT_EQ(run(kernel(places + "st.global.u16 [%rd1], %h1; ret;"), 1, 2, {word}), 0) << softgpu_last_error();
  expectFailure(run(kernel(places + "st.global.u16 [%rd2], %h1; ret;"), 1, 2, {word}), 719, "race: ");
}

TEST_F(Check, RaceAcrossBlocks) {
  void *function = kernel("ld.param.u64 %rd1, [a]; mov.u32 %r1, %ctaid.x; st.global.u32 [%rd1], %r1; ret;");
  expectFailure(run(function, 2, 1, {allocate(4)}), 719, "thread 0 of block 0 wrote without a barrier or hand-over");
}

TEST_F(Check, ReadersOfOneWordDoNotRace) {
  void *function = kernel("ld.param.u64 %rd8, [a]; ld.global.u32 %r2, [%rd8]; ret;");
  EXPECT_EQ(run(function, 4, 96, {upload(std::vector<int>(1))}), 0) << softgpu_last_error();
}

TEST_F(Check, WriteAfterReadByAnotherBlock) {
  void *function = kernel("ld.param.u64 %rd8, [a]; mov.u32 %r1, %ctaid.x; setp.eq.u32 %p1, %r1, 2;\n"
                          "@!%p1 ld.global.u32 %r2, [%rd8]; @%p1 st.global.u32 [%rd8], %r1; ret;");
  expectFailure(run(function, 3, 32, {upload(std::vector<int>(1))}), 719, " read without a barrier or hand-over");
}

TEST_F(Check, LaunchesOfOneStreamAreOrdered) {
  void *function = kernel("ld.param.u64 %rd8, [a]; ld.global.u32 %r2, [%rd8]; add.u32 %r2, %r2, 1;\n"
                          "st.global.u32 [%rd8], %r2; ret;");
  CUdeviceptr word = upload(std::vector<int>(1));
  EXPECT_EQ(run(function, 1, 1, {word}), 0);
  EXPECT_EQ(run(function, 1, 1, {word}), 0) << softgpu_last_error();
  EXPECT_EQ(download<int>(word, 1)[0], 2);
}

TEST_F(Check, LanesNeedASyncToo) {
  std::string write = addresses + "st.global.u32 [%rd1], %r1;\n";
  std::string read = "xor.b32 %r2, %r1, 1; mul.wide.u32 %rd4, %r2, 4;\n"
                     "add.s64 %rd5, %rd8, %rd4; ld.global.u32 %r3, [%rd5]; ret;";
  EXPECT_EQ(run(kernel(write + "bar.warp.sync 0xffffffff;\n" + read), 1, 32, {allocate(128)}), 0)
      << softgpu_last_error();
  expectFailure(run(kernel(write + read), 1, 32, {allocate(128)}), 719, "race: ");
}

/// Block 0 writes a word and raises a flag, block 1 waits for the flag and reads.
std::string handOver(const std::string &raise, const std::string &wait, const std::string &after) {
  return "ld.param.u64 %rd1, [a]; ld.param.u64 %rd2, [b]; mov.u32 %r1, %ctaid.x; setp.eq.u32 %p1, %r1, 0;\n"
         "@%p1 bra FIRST;\nWAIT: " +
         wait + " setp.eq.u32 %p2, %r2, 0; @%p2 bra WAIT;\n" + after +
         " ld.global.u32 %r3, [%rd1]; st.global.u32 [%rd1+4], %r3; ret;\nFIRST: st.global.u32 [%rd1], 7;\n" + raise +
         " ret;";
}

class HandOver : public GpuTest {
protected:
  CUresult pass(const std::string &raise, const std::string &wait, const std::string &after) {
    CUdeviceptr data = allocate(8), flag = upload(std::vector<int>(1));
    CUresult result = run(kernel(handOver(raise, wait, after)), 2, 1, {data, flag});
    if (result)
      return result;
    EXPECT_EQ(download<int>(data, 2)[1], 7);
    return result;
  }
  const std::string release = "st.release.gpu.global.u32 [%rd2], 1;",
                    acquire = "ld.acquire.gpu.global.u32 %r2, [%rd2];";
  const std::string add = "red.relaxed.gpu.global.add.u32 [%rd2], 1;", look = "ld.relaxed.gpu.global.u32 %r2, [%rd2];";
  const std::string fence = "fence.acq_rel.gpu;";
};

TEST_F(HandOver, ByReleaseAndAcquire) { EXPECT_EQ(pass(release, acquire, ""), 0) << softgpu_last_error(); }
TEST_F(HandOver, ByFences) { EXPECT_EQ(pass(fence + add, look, fence), 0) << softgpu_last_error(); }
TEST_F(HandOver, WithoutARelease) { expectFailure(pass(add, acquire, ""), 719, "race: "); }
TEST_F(HandOver, WithoutAnAcquire) { expectFailure(pass(release, look, ""), 719, "race: "); }
TEST_F(HandOver, OfABlockDoesNotReachAnother) {
  expectFailure(pass("fence.acq_rel.cta;" + add, look, fence), 719, "race: ");
}

TEST_F(Check, MissingWaitForAsyncCopy) {
  std::string copy = "ld.param.u64 %rd1, [a]; cp.async.ca.shared.global [buffer], [%rd1], 4; cp.async.commit_group;\n";
  std::string read = "ld.shared.u32 %r1, [buffer]; st.global.u32 [%rd1+4], %r1; ret;";
  CUdeviceptr data = upload(std::vector<int>{41, 0});
  EXPECT_EQ(run(kernel(copy + "cp.async.wait_group 0;\n" + read, buffer), 1, 1, {data}), 0) << softgpu_last_error();
  EXPECT_EQ(download<int>(data, 2)[1], 41);
  CUresult result = run(kernel(copy + "cp.async.wait_group 1;\n" + read, buffer), 1, 1, {data});
  expectFailure(result, 700, "a cp.async was not waited for");
}

/// A kernel of 64 threads that write a word of shared memory each, `meet` at the mbarrier %r8, and read the opposite's.
class Mbarrier : public GpuTest {
protected:
  CUresult meet(const std::string &text) {
    CUdeviceptr out = allocate(256);
    return run(kernel(addresses + sharedPlaces + "mov.u32 %r8, object; setp.eq.u32 %p1, %r1, 0;\n" +
                          "@%p1 mbarrier.init.shared.b64 [%r8], 64; st.shared.u32 [%r2], 0; bar.sync 0;\n"
                          "st.shared.u32 [%r2], %r1;\n" +
                          text + "\nld.shared.u32 %r7, [%r3]; st.global.u32 [%rd1], %r7; ret;",
                      buffer + ".shared .align 8 .b64 object;\n"),
               1, 64, {out});
  }
  const std::string arrive = "mbarrier.arrive.shared.b64 %rd4, [%r8];\n",
                    wait = "WAIT: mbarrier.test_wait.shared.b64 %p2, [%r8], %rd4; @!%p2 bra WAIT;";
};

TEST_F(Mbarrier, OrdersWhoWaitsForItsPhase) {
  EXPECT_EQ(meet(arrive + wait), 0) << softgpu_last_error();
  EXPECT_EQ(meet(arrive + "WAIT: mbarrier.test_wait.parity.shared.b64 %p2, [%r8], 0; @!%p2 bra WAIT;"), 0)
      << softgpu_last_error();
  // Twice, and the second half of the threads leaves after the first phase.
  EXPECT_EQ(meet("setp.ge.u32 %p3, %r1, 32; @%p3 mbarrier.arrive_drop.shared.b64 %rd4, [%r8]; @%p3 bra WAIT;\n" +
                 arrive + "FIRST: mbarrier.test_wait.shared.b64 %p2, [%r8], %rd4; @!%p2 bra FIRST;\n" + arrive + wait),
            0)
      << softgpu_last_error();
}

TEST_F(Mbarrier, DoesNotOrderWhoDoesNotWait) { expectFailure(meet(arrive), 719, "race: "); }

TEST_F(Mbarrier, CountsArrivals) {
  void *function = kernel("mov.u32 %r8, object; mbarrier.init.shared.b64 [%r8], 3; ld.param.u64 %rd1, [a];\n"
                          "mbarrier.arrive.noComplete.shared.b64 %rd4, [%r8], 2;\n"
                          "mbarrier.pending_count.b64 %r1, %rd4; st.global.u32 [%rd1], %r1;\n"
                          "mbarrier.arrive.noComplete.shared.b64 %rd4, [%r8], 1; ret;",
                          ".shared .align 8 .b64 object;\n");
  expectFailure(run(function, 1, 1, {allocate(4)}), 719, "1 arrivals at an mbarrier that waits for 1");
}

TEST_F(Mbarrier, IsNoneBeforeItsInitAndAfterItsEnd) {
  for (const char *before : {"", "mbarrier.init.shared.b64 [%r8], 1; mbarrier.inval.shared.b64 [%r8];\n"}) {
    void *function =
        kernel(std::string("mov.u32 %r8, object;\n") + before + arrive + "ret;", ".shared .align 8 .b64 object;\n");
    expectFailure(run(function, 1, 1, {}), 700, "which nobody wrote");
    TearDown();
    SetUp();
  }
}

TEST_F(Check, MissingWaitForACopyThatArrivesAtAnMbarrier) {
  const std::string copy = "ld.param.u64 %rd1, [a]; ld.param.u64 %rd2, [b]; mov.u32 %r8, object; mov.u32 %r2, buffer;\n"
                           "mbarrier.init.shared.b64 [%r8], 1; cp.async.ca.shared.global [%r2], [%rd1], 4;\n"
                           "cp.async.mbarrier.arrive.noinc.shared.b64 [%r8];\n",
                    wait = "WAIT: mbarrier.test_wait.parity.shared.b64 %p2, [%r8], 0; @!%p2 bra WAIT;\n",
                    read = "ld.shared.u32 %r7, [%r2]; st.global.u32 [%rd2], %r7; ret;",
                    both = buffer + ".shared .align 8 .b64 object;\n";
  CUdeviceptr in = upload(std::vector<int>{7}), out = allocate(4);
  EXPECT_EQ(run(kernel(copy + wait + read, both), 1, 1, {in, out}), 0) << softgpu_last_error();
  EXPECT_EQ(download<int>(out, 1)[0], 7);
  expectFailure(run(kernel(copy + read, both), 1, 1, {in, out}), 700, "where a cp.async was not waited for");
}

TEST_F(Check, AsyncCopyFillsWithZeros) {
  void *function =
      kernel("ld.param.u64 %rd1, [a]; mov.u32 %r2, 4; cp.async.cg.shared.global [buffer], [%rd1], 16, %r2;\n"
             "cp.async.wait_all; ld.shared.v4.u32 {%r4, %r5, %r6, %r7}, [buffer];\n"
             "add.u32 %r4, %r4, %r7; st.global.u32 [%rd1], %r4; ret;",
             buffer);
  CUdeviceptr data = upload(std::vector<int>{41, 1, 1, 1});
  EXPECT_EQ(run(function, 1, 1, {data}), 0) << softgpu_last_error();
  EXPECT_EQ(download<int>(data, 1)[0], 41);
}

TEST_F(Check, DivergentBarrier) {
  void *function = kernel("mov.u32 %r1, %tid.x; setp.lt.u32 %p1, %r1, 16; @%p1 bra LOW; bar.sync 0; ret;\n"
                          "LOW: bar.sync 0; ret;");
  expectFailure(run(function, 1, 32, {}), 719, "divergent barrier");
}

TEST_F(Check, BarrierAfterSomeExited) {
  void *function = kernel("mov.u32 %r1, %tid.x; setp.ge.u32 %p1, %r1, 32; @%p1 exit; bar.sync 0; ret;");
  expectFailure(run(function, 1, 64, {}), 719, "deadlock");
}

TEST_F(Check, BarriersOfSomeWarps) {
  // The first warp produces, the second waits; barrier 1 is theirs, the third takes no part.
  void *function =
      kernel(addresses + "setp.ge.u32 %p1, %r1, 64; @%p1 exit; setp.ge.u32 %p2, %r1, 32; @%p2 bra CONSUME;\n"
                         "st.global.u32 [%rd1], %r1; bar.arrive 1, 64; ret;\n"
                         "CONSUME: bar.sync 1, 64; ld.global.u32 %r2, [%rd1+-128]; st.global.u32 [%rd1], %r2; ret;");
  CUdeviceptr data = allocate(256);
  EXPECT_EQ(run(function, 1, 96, {data}), 0) << softgpu_last_error();
  EXPECT_EQ(download<int>(data, 64)[40], 8);
}

TEST_F(Check, EndlessLoop) {
  softgpu_set("SOFTGPU_INSTRUCTIONS", 100000);
  expectFailure(run(kernel("AGAIN: bra AGAIN;"), 1, 1, {}), 702, "an endless loop");
}

TEST_F(Check, ShuffleOutsideTheMembers) {
  void *function = kernel("mov.u32 %r1, %tid.x; shfl.sync.idx.b32 %r2, %r1, 0, 31, 0xfffffffe; ret;");
  expectFailure(run(function, 1, 32, {}), 715, "without being in its member mask");
}

TEST_F(Check, LocksBetweenLanesAreFair) {
  void *function =
      kernel("ld.param.u64 %rd1, [a];\n"
             "AGAIN: atom.acquire.gpu.global.cas.b32 %r1, [%rd1], 0, 1; setp.ne.u32 %p1, %r1, 0;\n"
             "@%p1 bra AGAIN;\nld.global.u32 %r2, [%rd1+4]; add.u32 %r2, %r2, 1; st.global.u32 [%rd1+4], %r2;\n"
             "atom.release.gpu.global.exch.b32 %r3, [%rd1], 0; ret;");
  CUdeviceptr lock = upload(std::vector<int>(2));
  EXPECT_EQ(run(function, 2, 64, {lock}), 0) << softgpu_last_error();
  EXPECT_EQ(download<int>(lock, 2)[1], 128);
}

} // namespace

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
