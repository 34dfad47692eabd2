// What PTX may go into a model.

#include "compiler/codegen/nvptx/Ptx.h"

#include "gtest/gtest.h"

using namespace nnc::codegen;

/// The message of checkPtx, or nothing.
static std::string check(const char *ptx) { return llvm::toString(checkPtx(ptx)); }

TEST(CheckPtx, DefinedArithmeticPasses) {
  EXPECT_EQ(check(".version 7.0\n.target sm_80\n.address_size 64\n\n"
                  ".visible .entry mul(.param .u64 p)\n{\n"
                  "\t.reg .f32 %f<3>;\n"
                  "\tld.global.nc.f32 %f1, [%rd1];\n"
                  "\tfma.rn.f32 %f2, %f1, %f1, 0f00000000; // mul.f32\n"
                  "\t@%p1 add.rn.f32 %f2, %f2, %f1;\n"
                  "\tdiv.rn.f32 %f2, %f2, %f1;\n"
                  "\tadd.s64 %rd1, %rd1, 4;\n"
                  "\tmul.wide.u32 %rd2, %r1, 4;\n"
                  "\tsetp.lt.f32 %p2, %f1, %f2;\n"
                  "\tret;\n}\n"),
            "");
}

TEST(CheckPtx, RoundingHasToBeSaid) {
  for (const char *instruction : {"add.f32", "sub.f32", "mul.f32", "div.full.f32", "div.rz.f32", "fma.rz.f32",
                                  "mad.f32", "add.f64", "@!%p1 mul.f32"})
    EXPECT_NE(check((std::string("\t") + instruction + " \t%f1, %f2, %f3;\n").c_str()), "") << instruction;
  EXPECT_EQ(check("\tmul.f32 \t%f1, %f2, %f3;"),
            "PTX 'mul.f32 \t%f1, %f2, %f3;' is not said to round to nearest, so ptxas may fuse it");
}

TEST(CheckPtx, NothingIsFlushedApproximatedOrCalled) {
  EXPECT_EQ(check("\tadd.rn.ftz.f32 %f1, %f2, %f3;"), "PTX 'add.rn.ftz.f32 %f1, %f2, %f3;' flushes subnormals");
  EXPECT_EQ(check("\tsetp.lt.ftz.f32 %p1, %f2, %f3;"), "PTX 'setp.lt.ftz.f32 %p1, %f2, %f3;' flushes subnormals");
  EXPECT_EQ(check("\tex2.approx.f32 %f1, %f2;"), "PTX 'ex2.approx.f32 %f1, %f2;' approximates");
  EXPECT_EQ(check(".extern .func (.param .b32 r) __nv_expf"),
            "PTX '.extern .func (.param .b32 r) __nv_expf' calls what the module does not define");
  EXPECT_EQ(check("\tcall.uni (r), f, (p);"), "PTX 'call.uni (r), f, (p);' calls what the module does not define");
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
