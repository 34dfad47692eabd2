// The compiler as a library: from text to a result in one process.

#include "nnc/compile.h"
#include "nnc/Model.h"

#include <gtest/gtest.h>
#include <thread>

using namespace nnc;

static const char *const text = R"(
module @M {
  func.func @forward(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
    %0 = nn.relu %x : tensor<?x3xf32>
    return %0 : tensor<?x3xf32>
  }
})";

TEST(Compile, makesALibraryThatRuns) {
  CompileResult result = compile(text, "m.mlir", {});
  ASSERT_EQ(result.status, CompileStatus::Ok) << result.diagnostics;
  Result<Model> model = Model::tryLoadMemory(result.output);
  ASSERT_TRUE(model.ok()) << model.error().message();
  Tensor x({1, 3});
  x.data<float>()[0] = -1;
  x.data<float>()[1] = 2;
  Tensor y = (*model)(x);
  EXPECT_EQ(y.data<float>()[0], 0);
  EXPECT_EQ(y.data<float>()[1], 2);
}

TEST(Compile, threadsGetTheSameBytes) {
  std::string outputs[4];
  std::vector<std::thread> threads;
  for (std::string &output : outputs)
    threads.emplace_back([&] { output = compile(text, "m.mlir", {}).output; });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_FALSE(outputs[0].empty());
  for (const std::string &output : outputs)
    EXPECT_EQ(output, outputs[0]);
}

TEST(Compile, collectsDiagnostics) {
  CompileResult wrong = compile("module { func.func @forward() { retrun } }", "wrong.mlir", {});
  EXPECT_EQ(wrong.status, CompileStatus::Invalid);
  EXPECT_EQ(wrong.diagnostics.find("wrong.mlir:1:"), 0u) << wrong.diagnostics;
  EXPECT_TRUE(wrong.output.empty());
  CompileOptions options;
  options.cpus = "z80";
  CompileResult unsupported = compile(text, "m.mlir", options);
  EXPECT_EQ(unsupported.status, CompileStatus::Unsupported);
  EXPECT_EQ(unsupported.diagnostics.find("nnc: error: unknown CPU level 'z80'"), 0u) << unsupported.diagnostics;
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
