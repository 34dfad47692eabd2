//===- WarpTest.cpp - what the threads of a warp or block compute together ===//

#include "GpuTest.h"

using namespace softgpu;

namespace {

class Together : public GpuTest {
protected:
  /// What `body` leaves in %r0 of each thread of one block, from its number in %r1.
  std::vector<uint32_t> eval(const std::string &body, unsigned threads = 32, const std::string &functions = "") {
    CUdeviceptr out = allocate(threads * 4);
    void *function = kernel("ld.param.u64 %rd1, [a]; mov.u32 %r1, %tid.x; mul.wide.u32 %rd2, %r1, 4;\n"
                            "add.s64 %rd1, %rd1, %rd2;\n" +
                                body + "\nst.global.u32 [%rd1], %r0; ret;",
                            functions);
    EXPECT_EQ(run(function, 1, threads, {out}), 0) << softgpu_last_error();
    return download<uint32_t>(out, threads);
  }
  static std::vector<uint32_t> all(uint32_t value, unsigned threads = 32) {
    return std::vector<uint32_t>(threads, value);
  }
};

TEST_F(Together, MatchFindsLanesOfOneValue) {
  auto masks = eval("and.b32 %r2, %r1, 3; match.any.sync.b32 %r0, %r2, 0xffffffff;");
  for (uint32_t lane = 0; lane < 32; ++lane)
    EXPECT_EQ(masks[lane], 0x11111111u << lane % 4);
  std::string alike = "match.all.sync.b64 %r0|%p1, %rd3, 0xffffffff; @%p1 add.u32 %r0, %r0, 2;";
  EXPECT_EQ(eval("mov.u64 %rd3, 0x500000000;" + alike), all(1)); // the mask of all, and 2
  // The lanes differ in the upper half only.
  EXPECT_EQ(eval("mov.b64 %rd3, {5, %r1};" + alike), all(0));
}

TEST_F(Together, MatchLooksAtItsMembersOnly) {
  auto masks = eval("mov.u32 %r0, 0; mov.u32 %r2, 9; setp.lt.u32 %p1, %r1, 4;\n"
                    "@%p1 match.any.sync.b32 %r0, %r2, 0xf;");
  EXPECT_EQ(masks[3], 0xfu);
  EXPECT_EQ(masks[4], 0u);
}

TEST_F(Together, ReduxReduces) {
  auto redux = [&](const std::string &operation) {
    return eval("sub.u32 %r2, %r1, 4; redux.sync." + operation + " %r0, %r2, 0xffffffff;"); // -4 to 27
  };
  EXPECT_EQ(redux("add.s32"), all(368));
  EXPECT_EQ(redux("min.s32"), all(-4));
  EXPECT_EQ(redux("min.u32"), all(0));
  EXPECT_EQ(redux("max.s32"), all(27));
  EXPECT_EQ(redux("max.u32"), all(0xffffffff));
  EXPECT_EQ(redux("and.b32"), all(0));
  EXPECT_EQ(redux("or.b32"), all(0xffffffff));
  EXPECT_EQ(redux("xor.b32"), all(0));
}

TEST_F(Together, BarrierCountsVotes) {
  std::string vote = "setp.lt.u32 %p1, %r1, 40; bar.red.popc.u32 %r0, 0, %p1;";
  EXPECT_EQ(eval(vote, 96), all(40, 96));
  EXPECT_EQ(eval("setp.lt.u32 %p1, %r1, 40; barrier.red.popc.u32 %r0, 1, 96, !%p1;", 96), all(56, 96));
}

TEST_F(Together, BarrierAsksForAllAndAny) {
  auto ask = [&](const std::string &vote, unsigned below) {
    return eval("setp.lt.u32 %p1, %r1, " + std::to_string(below) + "; bar.red." + vote +
                    ".pred %p2, 0, %p1; selp.u32 %r0, 1, 0, %p2;",
                64);
  };
  EXPECT_EQ(ask("and", 64), all(1, 64));
  EXPECT_EQ(ask("and", 63), all(0, 64));
  EXPECT_EQ(ask("or", 1), all(1, 64));
  EXPECT_EQ(ask("or", 0), all(0, 64));
}

/// Lanes may come to a barrier in frames of different depth; each gets the result in its own.
TEST_F(Together, BarrierAnswersInTheFrameThatAsked) {
  const char *functions =
      ".func (.reg .b32 votes) count(.reg .b32 x) {\n.reg .pred %p<3>; .reg .b32 %r<2>;\n"
      "setp.lt.u32 %p1, x, 20; barrier.red.popc.u32 votes, 0, %p1;\n"
      "barrier.red.and.pred %p2, 0, %p1; selp.u32 %r1, 100, 0, %p2; add.u32 votes, votes, %r1; ret; }\n"
      ".func (.reg .b32 votes) deeper(.reg .b32 x) {\n.reg .b32 %r<8>;\n"
      "call (%r7), count, (x); mov.b32 votes, %r7; ret; }\n";
  EXPECT_EQ(eval("and.b32 %r2, %r1, 1; setp.eq.u32 %p1, %r2, 0; @%p1 bra EVEN;\n"
                 "call (%r0), deeper, (%r1); bra DONE;\nEVEN: call (%r0), count, (%r1);\nDONE:",
                 32, functions),
            all(20));
}

} // namespace

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
