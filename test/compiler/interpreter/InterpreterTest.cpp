// Small models with results worked out by hand.

#include "compiler/interpreter/Interpreter.h"
#include "compiler/frontend/ParseModel.h"
#include "dialects/nn/Model.h"

#include "mlir/IR/MLIRContext.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace nnc;
using interpreter::Tensor;

namespace {

class Interpreter : public testing::Test {
protected:
  mlir::FailureOr<std::vector<Tensor>> run(const std::string &body, std::vector<Tensor> inputs) {
    sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy("module @M {\n" + body + "\n}"), {});
    frontend::ParsedModel parsed = frontend::parseModel(sources, context);
    module = std::move(parsed.module);
    EXPECT_TRUE(module);
    return interpreter::interpret(nn::getForward(*module), inputs, parameters);
  }

  llvm::SourceMgr sources;
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::StringMap<Tensor> parameters;
};

Tensor f32(std::vector<int64_t> shape, std::vector<float> elements) {
  return {std::move(shape), std::move(elements), {}};
}

const float infinity = std::numeric_limits<float>::infinity(), quietNan = std::numeric_limits<float>::quiet_NaN();

} // namespace

TEST_F(Interpreter, linearStartsFromTheBias) {
  parameters["w"] = f32({2, 3}, {1, 2, 3, 4, 5, 6});
  parameters["b"] = f32({2}, {0.5f, -0.5f});
  auto y = run(R"(func.func @forward(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
    %w = nn.parameter "w" : tensor<2x3xf32>
    %b = nn.parameter "b" : tensor<2xf32>
    %y = nn.linear %x, %w, %b : (tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x2xf32>
    return %y : tensor<?x2xf32> })",
               {f32({2, 3}, {1, 1, 1, 1, 0, -1})});
  ASSERT_TRUE(succeeded(y));
  EXPECT_EQ((*y)[0].f32, (std::vector<float>{6.5f, 14.5f, -1.5f, -2.5f}));
}

TEST_F(Interpreter, eachStepIsFusedAndInOrder) {
  // (1 + e)^2 - (1 + 2e) = e^2, which a product rounded by itself loses; and 2^24 + 1 - 2^24 is 0 from the left.
  float e = 0x1p-13f;
  parameters["w"] = f32({1, 2}, {1 + e, 1});
  auto y = run(R"(func.func @forward(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
    %w = nn.parameter "w" : tensor<1x2xf32>
    %y = nn.linear %x, %w : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
    return %y : tensor<?x1xf32> })",
               {f32({1, 2}, {1 + e, -(1 + 2 * e)})});
  ASSERT_TRUE(succeeded(y));
  EXPECT_EQ((*y)[0].f32[0], std::fma(1.0f, -(1 + 2 * e), (1 + e) * (1 + e)));
}

TEST_F(Interpreter, softmaxOverAnyDimension) {
  auto y = run(R"(func.func @forward(%x: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
    %a = nn.softmax %x {dim = 0 : i64} : tensor<2x2xf32>
    %b = nn.softmax %x : tensor<2x2xf32>
    return %a, %b : tensor<2x2xf32>, tensor<2x2xf32> })",
               {f32({2, 2}, {0, 5, 0, quietNan})});
  ASSERT_TRUE(succeeded(y));
  EXPECT_EQ((*y)[0].f32[0], 0.5f);
  EXPECT_TRUE(std::isnan((*y)[0].f32[1]));
  EXPECT_EQ((*y)[1].f32[0] + (*y)[1].f32[1], 1.0f);
  EXPECT_TRUE(std::isnan((*y)[1].f32[2]));
}

TEST_F(Interpreter, argmaxTakesTheFirst) {
  auto y = run(R"(func.func @forward(%x: tensor<?x4xf32>) -> tensor<?xi64> {
    %y = nn.argmax %x : (tensor<?x4xf32>) -> tensor<?xi64>
    return %y : tensor<?xi64> })",
               {f32({4, 4}, {1, 3, 3, 2, /**/ 1, quietNan, infinity, quietNan, /**/ -infinity, -infinity, -infinity,
                             -infinity, /**/ -0.0f, 0, 0, 0})});
  ASSERT_TRUE(succeeded(y));
  EXPECT_EQ((*y)[0].i64, (std::vector<int64_t>{1, 1, 0, 0}));
}

TEST_F(Interpreter, noRows) {
  auto y = run(R"(func.func @forward(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    %y = nn.relu %x : tensor<?x4xf32>
    return %y : tensor<?x4xf32> })",
               {f32({0, 4}, {})});
  ASSERT_TRUE(succeeded(y));
  EXPECT_EQ((*y)[0].shape, (std::vector<int64_t>{0, 4}));
}

TEST_F(Interpreter, refusesOtherShapes) {
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) { message = diagnostic.str(); });
  EXPECT_TRUE(failed(run(R"(func.func @forward(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    return %x : tensor<?x4xf32> })",
                         {f32({2, 3}, std::vector<float>(6))})));
  EXPECT_EQ(message, "input 0 has shape [2, 3], the model needs 'tensor<?x4xf32>'");
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
