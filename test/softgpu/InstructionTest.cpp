//===- InstructionTest.cpp - instructions with known answers --------------===//

#include "GpuTest.h"

using namespace softgpu;

namespace {

class Instruction : public GpuTest {
protected:
  /// The word that `body` leaves in %r0, from the inputs in %r1, %r2 and %r3 (which are %f1, %f2, %f3 too).
  uint32_t eval(const std::string &body, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0) {
    CUdeviceptr out = allocate(4);
    void *function =
        kernel("ld.param.u64 %rd1, [a]; ld.param.u32 %r1, [b]; ld.param.u32 %r2, [c]; ld.param.u32 %r3, [d];\n"
               "mov.b32 %f1, %r1; mov.b32 %f2, %r2; mov.b32 %f3, %r3;\n" +
               body + "\nst.global.u32 [%rd1], %r0; ret;");
    EXPECT_EQ(run(function, 1, 1, {out, a, b, c}), 0) << softgpu_last_error();
    return download<uint32_t>(out, 1)[0];
  }
  uint32_t evalFloat(const std::string &instruction, uint32_t a, uint32_t b = 0, uint32_t c = 0) {
    return eval(instruction + " mov.b32 %r0, %f0;", a, b, c);
  }
};

constexpr uint32_t one = 0x3f800000, smallest = 1, canonicalNaN = 0x7fffffff, infinity = 0x7f800000,
                   minusZero = 0x80000000;

TEST_F(Instruction, RoundsAsAsked) {
  uint32_t third = 0x40400000; // 1/3 lies between 0x3eaaaaaa and 0x3eaaaaab, nearer to the latter
  EXPECT_EQ(evalFloat("div.rn.f32 %f0, %f1, %f2;", one, third), 0x3eaaaaabu);
  EXPECT_EQ(evalFloat("div.rz.f32 %f0, %f1, %f2;", one, third), 0x3eaaaaaau);
  EXPECT_EQ(evalFloat("div.rm.f32 %f0, %f1, %f2;", one, third), 0x3eaaaaaau);
  EXPECT_EQ(evalFloat("div.rp.f32 %f0, %f1, %f2;", one, third), 0x3eaaaaabu);
  EXPECT_EQ(evalFloat("add.rp.f32 %f0, %f1, %f2;", one, smallest), 0x3f800001u);
  EXPECT_EQ(evalFloat("add.rn.f32 %f0, %f1, %f2;", one, smallest), one);
  EXPECT_EQ(evalFloat("sqrt.rz.f32 %f0, %f1;", 0x40000000), 0x3fb504f3u);
  EXPECT_EQ(evalFloat("sqrt.rp.f32 %f0, %f1;", 0x40000000), 0x3fb504f4u);
  EXPECT_EQ(evalFloat("rcp.rn.f32 %f0, %f1;", third), 0x3eaaaaabu);
}

TEST_F(Instruction, KeepsOrFlushesSubnormals) {
  EXPECT_EQ(evalFloat("mul.rn.f32 %f0, %f1, %f2;", 3, one), 3u);
  EXPECT_EQ(evalFloat("mul.rn.ftz.f32 %f0, %f1, %f2;", 3, one), 0u);
  EXPECT_EQ(evalFloat("add.rn.ftz.f32 %f0, %f1, %f2;", minusZero | 3, minusZero), minusZero);
}

TEST_F(Instruction, GivesTheCanonicalNaN) {
  EXPECT_EQ(evalFloat("fma.rn.f32 %f0, %f1, %f2, %f3;", 0xffc12345, one, one), canonicalNaN);
  EXPECT_EQ(evalFloat("mov.f32 %f0, %f1;", 0xffc12345), 0xffc12345u);
  EXPECT_EQ(evalFloat("add.sat.f32 %f0, %f1, %f2;", 0xffc12345, one), 0u);
  EXPECT_EQ(evalFloat("max.f32 %f0, %f1, %f2;", 0xffc12345, one), one);
  EXPECT_EQ(evalFloat("max.NaN.f32 %f0, %f1, %f2;", 0xffc12345, one), canonicalNaN);
  EXPECT_EQ(evalFloat("min.f32 %f0, %f1, %f2;", 0, minusZero), minusZero);
}

TEST_F(Instruction, FusesOnceRounded) {
  // (1 + 2^-12)^2 - (1 + 2^-11) is 2^-24, which the rounded product has lost.
  EXPECT_EQ(evalFloat("fma.rn.f32 %f0, %f1, %f1, %f2;", 0x3f800800, 0xbf801000), 0x33800000u);
  EXPECT_EQ(evalFloat("mul.rn.f32 %f4, %f1, %f1; add.rn.f32 %f0, %f4, %f2;", 0x3f800800, 0xbf801000), 0u);
  EXPECT_EQ(softgpu_count("contracted"), 0u);
}

TEST_F(Instruction, ContractsWhatHasNoRounding) {
  EXPECT_EQ(evalFloat("mul.f32 %f4, %f1, %f1; add.f32 %f0, %f4, %f2;", 0x3f800800, 0xbf801000), 0x33800000u);
  EXPECT_EQ(softgpu_count("contracted"), 1u);
}

TEST_F(Instruction, CountsApproximations) {
  EXPECT_EQ(evalFloat("rcp.approx.f32 %f0, %f1;", 0x40400000), 0x3eaaaaaau);
  EXPECT_EQ(softgpu_count("approximate"), 1u);
}

TEST_F(Instruction, ConvertsToIntegers) {
  EXPECT_EQ(eval("cvt.rni.s32.f32 %r0, %f1;", 0x40200000), 2u); // 2.5
  EXPECT_EQ(eval("cvt.rpi.s32.f32 %r0, %f1;", 0x40200000), 3u);
  EXPECT_EQ(eval("cvt.rzi.u32.f32 %r0, %f1;", 0xbf800000), 0u);
  EXPECT_EQ(eval("cvt.rzi.s32.f32 %r0, %f1;", infinity), 0x7fffffffu);
  EXPECT_EQ(eval("cvt.rzi.s32.f32 %r0, %f1;", 0x7fc00000), 0u);
  EXPECT_EQ(eval("cvt.s32.s8 %r0, %r1;", 0x80), 0xffffff80u);
  EXPECT_EQ(eval("cvt.sat.u8.s32 %r0, %r1;", 300), 255u);
  EXPECT_EQ(evalFloat("cvt.rn.f32.u32 %f0, %r1;", 0xffffffff), 0x4f800000u);
  EXPECT_EQ(evalFloat("cvt.rz.f32.u32 %f0, %r1;", 0xffffffff), 0x4f7fffffu);
  EXPECT_EQ(eval("cvt.rn.f16.f32 %h0, %f1; cvt.u32.u16 %r0, %h0;", 0x477fe000), 0x7bffu); // 65504
}

TEST_F(Instruction, ComputesOnIntegers) {
  EXPECT_EQ(eval("mul.hi.s32 %r0, %r1, %r2;", 0x80000000, 2), 0xffffffffu);
  EXPECT_EQ(eval("mad.lo.s32 %r0, %r1, %r2, %r3;", 7, 6, 5), 47u);
  EXPECT_EQ(eval("shr.s32 %r0, %r1, %r2;", 0x80000000, 40), 0xffffffffu);
  EXPECT_EQ(eval("shl.b32 %r0, %r1, %r2;", 1, 32), 0u);
  EXPECT_EQ(eval("bfe.s32 %r0, %r1, 4, 4;", 0xf0), 0xffffffffu);
  EXPECT_EQ(eval("bfi.b32 %r0, %r1, %r2, 8, 8;", 0xab, 0), 0xab00u);
  EXPECT_EQ(eval("prmt.b32 %r0, %r1, %r2, 0x0123;", 0x04030201, 0), 0x01020304u);
  EXPECT_EQ(eval("lop3.b32 %r0, %r1, %r2, %r3, 0x96;", 1, 2, 7), 4u);
  EXPECT_EQ(eval("shf.l.wrap.b32 %r0, %r1, %r2, 4;", 0xf0000000, 1), 0x1fu);
  EXPECT_EQ(eval("dp4a.s32.s32 %r0, %r1, %r2, %r3;", 0x01ff02fe, 0x01010101, 10), 10u);
  EXPECT_EQ(eval("bfind.u32 %r0, %r1;", 0), 0xffffffffu);
  EXPECT_EQ(eval("clz.b32 %r0, %r1;", 1), 31u);
}

TEST_F(Instruction, ComparesUnordered) {
  const char *select = " selp.u32 %r0, 1, 0, %p1;";
  EXPECT_EQ(eval(std::string("setp.lt.f32 %p1, %f1, %f2;") + select, 0x7fc00000, one), 0u);
  EXPECT_EQ(eval(std::string("setp.ltu.f32 %p1, %f1, %f2;") + select, 0x7fc00000, one), 1u);
  EXPECT_EQ(eval(std::string("setp.ne.f32 %p1, %f1, %f1;") + select, 0x7fc00000), 0u);
  EXPECT_EQ(eval(std::string("setp.nan.f32 %p1, %f1, %f1;") + select, 0x7fc00000), 1u);
  EXPECT_EQ(eval(std::string("setp.gt.s32 %p2, 1, 0; setp.eq.and.s32 %p1|%p3, %r1, %r2, !%p2;") + select, 4, 4), 0u);
}

TEST_F(Instruction, PacksAndUnpacks) {
  EXPECT_EQ(eval("mov.b64 %rd2, {%r1, %r2}; mov.b64 {%r4, %r0}, %rd2;", 1, 2), 2u);
  EXPECT_EQ(eval("mov.b32 {%h0, %h1}, %r1; mov.b32 %r0, {%h1, %h0};", 0x00010002), 0x00020001u);
}

TEST_F(Instruction, CallsFunctions) {
  const char *square =
      ".func (.param .b32 result) square(.param .b32 x) {\n"
      ".reg .b32 %r<3>; ld.param.b32 %r1, [x]; mul.lo.s32 %r2, %r1, %r1; st.param.b32 [result], %r2; ret; }";
  CUdeviceptr out = allocate(128);
  void *function = kernel("ld.param.u64 %rd1, [a]; mov.u32 %r1, %tid.x; mov.u32 %r2, 7; setp.gt.u32 %p1, %r1, 15;\n"
                          "@%p1 bra SKIP;\n"
                          "{ .param .b32 p0; st.param.b32 [p0+0], %r1; .param .b32 r0;\n"
                          "call.uni (r0), square, (p0); ld.param.b32 %r2, [r0+0]; }\n"
                          "SKIP: mul.wide.u32 %rd2, %r1, 4; add.s64 %rd3, %rd1, %rd2; st.global.u32 [%rd3], %r2; ret;",
                          square);
  EXPECT_EQ(run(function, 1, 32, {out}), 0) << softgpu_last_error();
  auto values = download<uint32_t>(out, 32);
  EXPECT_EQ(values[15], 225u);
  EXPECT_EQ(values[16], 7u);
}

TEST_F(Instruction, BranchesByIndex) {
  const char *body = "TARGETS: .branchtargets ZERO, ONE, TWO;\n brx.idx %r1, TARGETS;\n"
                     "ZERO: mov.u32 %r0, 10; bra DONE;\nONE: mov.u32 %r0, 11; bra DONE;\nTWO: mov.u32 %r0, 12;\nDONE:";
  for (uint32_t index : {0, 1, 2})
    EXPECT_EQ(eval(body, index), 10 + index);
  void *lanes = kernel(std::string("ld.param.u64 %rd1, [a]; mov.u32 %r3, %tid.x; rem.u32 %r1, %r3, 3;\n") + body +
                       " mul.wide.u32 %rd2, %r3, 4; add.s64 %rd1, %rd1, %rd2; st.global.u32 [%rd1], %r0; ret;");
  CUdeviceptr out = allocate(128);
  EXPECT_EQ(run(lanes, 1, 32, {out}), 0) << softgpu_last_error();
  auto values = download<uint32_t>(out, 32);
  for (uint32_t lane = 0; lane < 32; ++lane)
    EXPECT_EQ(values[lane], 10 + lane % 3);
  void *beyond = kernel(std::string("mov.u32 %r1, 3;") + body + " ret;");
  expectFailure(run(beyond, 1, 1, {}), 715, "brx.idx takes target 3 of 3");
}

TEST_F(Instruction, RefusesWhatItDoesNotKnow) {
  auto refuses = [&](const std::string &body, const std::string &text) {
    void *module = nullptr;
    std::string ptx = ".version 7.0\n.target sm_80\n.address_size 64\n.entry k() {\n.reg .b32 %r<4>; .reg .b16 %h<5>; "
                      ".reg .b64 %rd<2>;\n.reg .pred %p<2>;" +
                      body + "\n}";
    expectFailure(cuModuleLoadData(&module, ptx.c_str()), 218, text);
  };
  refuses("frobnicate.b32 %r1, %r2;", "PTX line 6: unknown instruction 'frobnicate'");
  refuses("add.wrong.s32 %r1, %r2, %r3;", "unknown modifier '.wrong'");
  refuses("add.s64 %r1, %r2, %r3;", "'%r1' has 32 bits, expected 64");
  refuses("bra NOWHERE;", "unknown label 'NOWHERE'");
  refuses("add.rn.bf16 %h1, %h2, %h3;", "of .bf16 only for sm_90 and newer");
  refuses("mbarrier.try_wait.shared.b64 %p1, [%r1], %rd1;", "only for sm_90 and newer");
  refuses("mbarrier.expect_tx.b64 [%r1], 1;", "no such operation of an mbarrier");
  refuses("fma.rn.sat.bf16 %h1, %h2, %h3, %h4;", ".ftz and .sat are for .f16");
}

TEST_F(Instruction, RoundsHalvesOnce) {
  const uint32_t half = 0x3c00, largest = 0x7bff, eight = 0x4800, sixteen = 0x4c00;
  auto evalHalf = [&](const std::string &instruction, uint32_t a, uint32_t b, uint32_t c = 0) {
    return eval("cvt.u16.u32 %h1, %r1; cvt.u16.u32 %h2, %r2; cvt.u16.u32 %h3, %r3;\n" + instruction +
                    " cvt.u32.u16 %r0, %h0;",
                a, b, c);
  };
  EXPECT_EQ(evalHalf("add.rn.f16 %h0, %h1, %h2;", largest, eight), largest);
  EXPECT_EQ(evalHalf("add.f16 %h0, %h1, %h2;", largest, sixteen), 0x7c00u) << "the tie goes to the even one, infinity";
  EXPECT_EQ(evalHalf("sub.f16 %h0, %h1, %h2;", half, half), 0u);
  EXPECT_EQ(evalHalf("mul.sat.f16 %h0, %h1, %h2;", eight, eight), half);
  // (1 + 2^-10)^2 - (1 + 2^-9) is 2^-20, which is subnormal.
  EXPECT_EQ(evalHalf("fma.rn.f16 %h0, %h1, %h1, %h2;", 0x3c01, 0xbc02), 0x0010u);
  EXPECT_EQ(evalHalf("fma.rn.ftz.f16 %h0, %h1, %h1, %h2;", 0x3c01, 0xbc02), 0u);
  EXPECT_EQ(evalHalf("fma.rn.relu.f16 %h0, %h1, %h2, %h3;", half, 0xbc00, 0), 0u);
  // 152 * 240 is halfway between 142 * 256 and 143 * 256; 2^-100 decides.
  EXPECT_EQ(evalHalf("fma.rn.bf16 %h0, %h1, %h2, %h3;", 0x4318, 0x4370, 0), 0x470eu);
  EXPECT_EQ(evalHalf("fma.rn.bf16 %h0, %h1, %h2, %h3;", 0x4318, 0x4370, 0x0d80), 0x470fu);
  EXPECT_EQ(evalHalf("fma.rn.bf16 %h0, %h1, %h2, %h3;", 0x4318, 0x4370, 0x8d80), 0x470eu);
  EXPECT_EQ(evalHalf("max.bf16 %h0, %h1, %h2;", 0xffc1, 0x3f80), 0x3f80u);
  EXPECT_EQ(evalHalf("max.NaN.bf16 %h0, %h1, %h2;", 0xffc1, 0x3f80), 0x7fffu);
  EXPECT_EQ(evalHalf("min.f16 %h0, %h1, %h2;", 0, 0x8000), 0x8000u);
  EXPECT_EQ(evalHalf("set.lt.f16.f16 %h0, %h1, %h2;", half, eight), half);
}

TEST_F(Instruction, TakesPairsOfHalves) {
  const uint32_t a = 0x4000'3c00, b = 0x3c00'4000; // (1, 2) and (2, 1), the first in the lower half
  EXPECT_EQ(eval("sub.f16x2 %r0, %r1, %r2;", a, b), 0x3c00'bc00u);
  EXPECT_EQ(eval("fma.rn.f16x2 %r0, %r1, %r2, %r2;", a, b), 0x4200'4400u);
  EXPECT_EQ(eval("neg.f16x2 %r0, %r1;", a), 0xc000'bc00u);
  EXPECT_EQ(eval("abs.bf16x2 %r0, %r1;", 0xbf80'ff80), 0x3f80'7f80u);
  EXPECT_EQ(eval("min.f16x2 %r0, %r1, %r2;", a, b), 0x3c00'3c00u);
  EXPECT_EQ(eval("set.lt.f16x2.f16x2 %r0, %r1, %r2;", a, b), 0x0000'3c00u);
  EXPECT_EQ(eval("set.lt.u32.f16x2 %r0, %r1, %r2;", a, b), 0x0000'ffffu);
  // The lower halves give the first predicate, the upper ones the second.
  EXPECT_EQ(eval("setp.lt.f16x2 %p1|%p2, %r1, %r2; selp.u32 %r4, 1, 0, %p1; selp.u32 %r5, 2, 0, %p2;\n"
                 "or.b32 %r0, %r4, %r5;",
                 a, b),
            1u);
}

} // namespace

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
