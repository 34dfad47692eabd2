// The oracle itself, on small models with results worked out by hand. Where the order of operations is the point, the
// numbers are such that another order, or a product rounded by itself, gives other bits.

#include "compiler/interpreter/Interpreter.h"
#include "compiler/frontend/ParseModel.h"
#include "compiler/numerics/Builder.h"
#include "compiler/numerics/Exp.h"
#include "dialects/nn/Model.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

using namespace nnc;
using interpreter::Tensor;

namespace {

class Interpreter : public testing::Test {
protected:
  void parse(const std::string &function) {
    // One for each text: the first buffer of a source manager is the one that is parsed.
    llvm::SourceMgr sources;
    sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy("module @M {\n" + function + "\n}"), {});
    module = frontend::parseModel(sources, context).module;
    ASSERT_TRUE(module) << message;
  }

  /// The results, or nothing and a message.
  std::vector<Tensor> interpret(std::vector<Tensor> inputs, interpreter::Trace trace = nullptr) {
    auto results = interpreter::interpret(nn::getForward(*module), inputs, parameters, trace);
    return succeeded(results) ? *results : std::vector<Tensor>();
  }

  std::vector<Tensor> run(const std::string &function, std::vector<Tensor> inputs) {
    parse(function);
    return module ? interpret(std::move(inputs)) : std::vector<Tensor>();
  }

  /// The one output of a linear with the weights `w` for the input `x`, with a bias or without one.
  float dot(std::vector<float> x, std::vector<float> w, std::optional<float> bias = std::nullopt) {
    int64_t count = x.size();
    std::string in = "tensor<" + std::to_string(count) + "xf32>",
                weight = "tensor<1x" + std::to_string(count) + "xf32>";
    parameters["w"] = {{1, count}, std::move(w), {}};
    parameters["b"] = {{1}, {bias.value_or(0)}, {}};
    auto y = run("func.func @forward(%x: " + in + ") -> tensor<1xf32> {\n  %w = nn.parameter \"w\" : " + weight +
                     "\n  %b = nn.parameter \"b\" : tensor<1xf32>\n  %y = nn.linear %x, %w" + (bias ? ", %b" : "") +
                     " : (" + in + ", " + weight + (bias ? ", tensor<1xf32>" : "") +
                     ") -> tensor<1xf32>\n  return %y : tensor<1xf32>\n}",
                 {{{count}, std::move(x), {}}});
    return y.empty() ? std::numeric_limits<float>::quiet_NaN() : y[0].f32[0];
  }

  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  std::string message;
  mlir::ScopedDiagnosticHandler handler{&context, [this](mlir::Diagnostic &diagnostic) { message = diagnostic.str(); }};
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::StringMap<Tensor> parameters;
};

Tensor f32(std::vector<int64_t> shape, std::vector<float> elements) {
  return {std::move(shape), std::move(elements), {}};
}

const float infinity = std::numeric_limits<float>::infinity(), quietNan = std::numeric_limits<float>::quiet_NaN();

using Shape = std::vector<int64_t>;

} // namespace

//===----------------------------------------------------------------------===//
// linear
//===----------------------------------------------------------------------===//

TEST_F(Interpreter, linear) {
  parameters["w"] = f32({2, 3}, {1, 2, 3, 4, 5, 6});
  parameters["b"] = f32({2}, {0.5f, -0.5f});
  auto y = run(R"(func.func @forward(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
    %w = nn.parameter "w" : tensor<2x3xf32>
    %b = nn.parameter "b" : tensor<2xf32>
    %y = nn.linear %x, %w, %b : (tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x2xf32>
    return %y : tensor<?x2xf32> })",
               {f32({2, 3}, {1, 1, 1, 1, 0, -1})});
  ASSERT_EQ(y.size(), 1u);
  EXPECT_EQ(y[0].f32, (std::vector<float>{6.5f, 14.5f, -1.5f, -2.5f}));
}

TEST_F(Interpreter, linearOverTheLastOfThreeDimensions) {
  parameters["w"] = f32({1, 2}, {1, 10});
  auto y = run(R"(func.func @forward(%x: tensor<2x2x2xf32>) -> tensor<2x2x1xf32> {
    %w = nn.parameter "w" : tensor<1x2xf32>
    %y = nn.linear %x, %w : (tensor<2x2x2xf32>, tensor<1x2xf32>) -> tensor<2x2x1xf32>
    return %y : tensor<2x2x1xf32> })",
               {f32({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})});
  ASSERT_EQ(y.size(), 1u);
  EXPECT_EQ(y[0].shape, (Shape{2, 2, 1}));
  EXPECT_EQ(y[0].f32, (std::vector<float>{21, 43, 65, 87}));
}

TEST_F(Interpreter, eachStepIsFused) {
  // (1 + e)^2 - (1 + 2e) = e^2, and 0 if the product is rounded first.
  float e = 0x1p-13f;
  EXPECT_EQ(dot({-(1 + 2 * e), 1 + e}, {1, 1 + e}), e * e);
}

TEST_F(Interpreter, stepsAscend) { EXPECT_EQ(dot({0x1p24f, 1, -0x1p24f}, {1, 1, 1}), 0) << "1 from the other end"; }

TEST_F(Interpreter, theBiasComesFirst) { EXPECT_EQ(dot({1, -0x1p24f}, {1, 1}, 0x1p24f), 0) << "1 if it comes last"; }

TEST_F(Interpreter, withoutABiasTheSumStartsFromPositiveZero) {
  EXPECT_FALSE(std::signbit(dot({-0.0f}, {1})));
  EXPECT_TRUE(std::signbit(dot({-0.0f}, {1}, -0.0f)));
}

TEST_F(Interpreter, subnormalsAreKept) { EXPECT_EQ(dot({0x1p-100f, 0x1p-149f}, {0x1p-49f, 1}), 0x1p-148f); }

TEST_F(Interpreter, theEpilogueComesAfterTheSum) {
  parameters["w"] = f32({2, 2}, {-1, 3, 1, -3});
  parse(R"(func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
    %w = nn.parameter "w" : tensor<2x2xf32>
    %y = nn.linear %x, %w : (tensor<2xf32>, tensor<2x2xf32>) -> tensor<2xf32>
    return %y : tensor<2xf32> })");
  ASSERT_TRUE(module);
  module->walk(
      [&](nn::LinearOp op) { op.setEpilogueAttr(mlir::ArrayAttr::get(&context, {nn::ReluAttr::get(&context)})); });
  auto y = interpret({f32({2}, {1, 1})});
  ASSERT_EQ(y.size(), 1u);
  EXPECT_EQ(y[0].f32, (std::vector<float>{2, 0}));
}

//===----------------------------------------------------------------------===//
// flatten, relu
//===----------------------------------------------------------------------===//

TEST_F(Interpreter, flatten) {
  auto y = run(R"(func.func @forward(%x: tensor<2x1x3x4xf32>) -> (tensor<2x12xf32>, tensor<2x3x4xf32>, tensor<24xf32>) {
    %a = nn.flatten %x : (tensor<2x1x3x4xf32>) -> tensor<2x12xf32>
    %b = nn.flatten %x {start_dim = 1 : i64, end_dim = 2 : i64} : (tensor<2x1x3x4xf32>) -> tensor<2x3x4xf32>
    %c = nn.flatten %x {start_dim = -4 : i64} : (tensor<2x1x3x4xf32>) -> tensor<24xf32>
    return %a, %b, %c : tensor<2x12xf32>, tensor<2x3x4xf32>, tensor<24xf32> })",
               {f32({2, 1, 3, 4}, std::vector<float>(24))});
  ASSERT_EQ(y.size(), 3u);
  EXPECT_EQ(y[0].shape, (Shape{2, 12}));
  EXPECT_EQ(y[1].shape, (Shape{2, 3, 4}));
  EXPECT_EQ(y[2].shape, (Shape{24}));
}

TEST_F(Interpreter, noDimension) {
  auto y = run(R"(func.func @forward(%x: tensor<f32>) -> (tensor<f32>, tensor<1xf32>) {
    %a = nn.relu %x : tensor<f32>
    %b = nn.flatten %x {start_dim = 0 : i64} : (tensor<f32>) -> tensor<1xf32>
    return %a, %b : tensor<f32>, tensor<1xf32> })",
               {f32({}, {-2})});
  ASSERT_EQ(y.size(), 2u);
  EXPECT_EQ(y[0].shape, Shape());
  EXPECT_EQ(y[0].f32, (std::vector<float>{0}));
  EXPECT_EQ(y[1].shape, (Shape{1}));
  EXPECT_EQ(y[1].f32, (std::vector<float>{-2}));
}

//===----------------------------------------------------------------------===//
// softmax, argmax
//===----------------------------------------------------------------------===//

TEST_F(Interpreter, softmaxOverAnyDimension) {
  auto y = run(R"(func.func @forward(%x: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
    %a = nn.softmax %x {dim = 0 : i64} : tensor<2x2xf32>
    %b = nn.softmax %x : tensor<2x2xf32>
    return %a, %b : tensor<2x2xf32>, tensor<2x2xf32> })",
               {f32({2, 2}, {0, 5, 0, quietNan})});
  ASSERT_EQ(y.size(), 2u);
  EXPECT_EQ(y[0].f32[0], 0.5f);
  EXPECT_TRUE(std::isnan(y[0].f32[1]));
  EXPECT_EQ(y[1].f32[0] + y[1].f32[1], 1.0f);
  EXPECT_TRUE(std::isnan(y[1].f32[2]));
}

TEST_F(Interpreter, softmaxIsDefinedToTheLastBit) {
  // 100 elements: six of each partial sum, and four with one more.
  constexpr int64_t rows = 64, width = 100;
  std::mt19937 random(1);
  Tensor x = f32({rows, width}, std::vector<float>(rows * width));
  for (float &element : x.f32)
    element = static_cast<float>(random() >> 8) * 0x1p-21f - 4;
  auto y = run(R"(func.func @forward(%x: tensor<?x100xf32>) -> tensor<?x100xf32> {
    %y = nn.softmax %x : tensor<?x100xf32>
    return %y : tensor<?x100xf32> })",
               {x});
  ASSERT_EQ(y.size(), 1u);

  numerics::PlainFloat b;
  int otherOrders[4] = {}, otherDivisions = 0;
  for (int64_t row = 0; row < rows; ++row) {
    const float *from = &x.f32[row * width];
    float max = *std::max_element(from, from + width), e[width];
    std::array<float, 16> s = {}, descending = {}, blocks = {};
    float inOrder = 0;
    for (int64_t j = 0; j < width; ++j) {
      e[j] = numerics::exp(b, from[j] - max);
      s[j % 16] += e[j];
      blocks[j / 7] += e[j];
      inOrder += e[j];
    }
    for (int64_t j = width - 1; j >= 0; --j)
      descending[j % 16] += e[j];
    auto distant = [](const std::array<float, 16> &s) {
      return (((s[0] + s[8]) + (s[4] + s[12])) + ((s[2] + s[10]) + (s[6] + s[14]))) +
             (((s[1] + s[9]) + (s[5] + s[13])) + ((s[3] + s[11]) + (s[7] + s[15])));
    };
    auto adjacent = [](const std::array<float, 16> &s) {
      return (((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]))) +
             (((s[8] + s[9]) + (s[10] + s[11])) + ((s[12] + s[13]) + (s[14] + s[15])));
    };
    float sum = distant(s);
    otherOrders[0] += sum != inOrder;
    otherOrders[1] += sum != adjacent(s);
    otherOrders[2] += sum != distant(descending);
    otherOrders[3] += sum != distant(blocks);
    for (int64_t j = 0; j < width; ++j) {
      ASSERT_EQ(y[0].f32[row * width + j], e[j] / sum) << "row " << row << ", element " << j;
      otherDivisions += e[j] / sum != e[j] * (1 / sum);
    }
  }
  for (int different : otherOrders)
    EXPECT_GT(different, 0) << "an order that gives the same bits proves nothing";
  EXPECT_GT(otherDivisions, 0);
}

TEST_F(Interpreter, softmaxOfInfinities) {
  auto y = run(R"(func.func @forward(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
    %y = nn.softmax %x : tensor<?x2xf32>
    return %y : tensor<?x2xf32> })",
               {f32({3, 2}, {-infinity, 3, infinity, 3, -infinity, -infinity})});
  ASSERT_EQ(y.size(), 1u);
  EXPECT_EQ(y[0].f32[0], 0.0f);
  EXPECT_EQ(y[0].f32[1], 1.0f);
  EXPECT_TRUE(std::all_of(y[0].f32.begin() + 2, y[0].f32.end(), [](float x) { return std::isnan(x); }));
}

TEST_F(Interpreter, argmaxTakesTheFirst) {
  auto y = run(R"(func.func @forward(%x: tensor<?x4xf32>) -> tensor<?xi64> {
    %y = nn.argmax %x : (tensor<?x4xf32>) -> tensor<?xi64>
    return %y : tensor<?xi64> })",
               {f32({5, 4}, {1,         3,         3,         2,         /**/
                             1,         quietNan,  infinity,  quietNan,  /**/
                             -infinity, -infinity, -infinity, -infinity, /**/
                             -0.0f,     0,         0,         0,         /**/
                             1,         2,         3,         4})});
  ASSERT_EQ(y.size(), 1u);
  EXPECT_EQ(y[0].i64, (std::vector<int64_t>{1, 1, 0, 0, 3}));
}

TEST_F(Interpreter, argmaxOverAnInnerDimension) {
  auto y = run(R"(func.func @forward(%x: tensor<2x3x2xf32>) -> (tensor<3x2xi64>, tensor<2x2xi64>) {
    %a = nn.argmax %x {dim = 0 : i64} : (tensor<2x3x2xf32>) -> tensor<3x2xi64>
    %b = nn.argmax %x {dim = -2 : i64} : (tensor<2x3x2xf32>) -> tensor<2x2xi64>
    return %a, %b : tensor<3x2xi64>, tensor<2x2xi64> })",
               {f32({2, 3, 2}, {1, 9, 5, 2, 3, 4, /**/ 0, 1, 6, 3, 7, 2})});
  ASSERT_EQ(y.size(), 2u);
  EXPECT_EQ(y[0].shape, (Shape{3, 2}));
  EXPECT_EQ(y[0].i64, (std::vector<int64_t>{0, 0, 1, 1, 1, 0}));
  EXPECT_EQ(y[1].shape, (Shape{2, 2}));
  EXPECT_EQ(y[1].i64, (std::vector<int64_t>{1, 0, 2, 1}));
}

//===----------------------------------------------------------------------===//
// Whole models
//===----------------------------------------------------------------------===//

TEST_F(Interpreter, noRows) {
  parameters["w"] = f32({3, 4}, std::vector<float>(12));
  auto y = run(R"(func.func @forward(%x: tensor<?x4xf32>) -> (tensor<?x3xf32>, tensor<?xi64>) {
    %w = nn.parameter "w" : tensor<3x4xf32>
    %0 = nn.linear %x, %w : (tensor<?x4xf32>, tensor<3x4xf32>) -> tensor<?x3xf32>
    %1 = nn.softmax %0 : tensor<?x3xf32>
    %2 = nn.argmax %1 : (tensor<?x3xf32>) -> tensor<?xi64>
    return %1, %2 : tensor<?x3xf32>, tensor<?xi64> })",
               {f32({0, 4}, {})});
  ASSERT_EQ(y.size(), 2u);
  EXPECT_EQ(y[0].shape, (Shape{0, 3}));
  EXPECT_EQ(y[1].shape, (Shape{0}));
}

TEST_F(Interpreter, theTraceSeesEveryValueInOrder) {
  parameters["w"] = f32({1, 2}, {1, 1});
  parse(R"(func.func @forward(%x: tensor<?x2xf32>) -> (tensor<?x1xf32>, tensor<?x2xf32>) {
    %w = nn.parameter "w" : tensor<1x2xf32>
    %y = nn.linear %x, %w : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
    return %y, %x : tensor<?x1xf32>, tensor<?x2xf32> })");
  ASSERT_TRUE(module);
  std::vector<Shape> shapes;
  auto y = interpret({f32({3, 2}, {1, 2, 3, 4, 5, 6})},
                     [&](mlir::Value, const Tensor &tensor) { shapes.push_back(tensor.shape); });
  EXPECT_EQ(shapes, (std::vector<Shape>{{3, 2}, {1, 2}, {3, 1}}));
  ASSERT_EQ(y.size(), 2u);
  EXPECT_EQ(y[0].f32, (std::vector<float>{3, 7, 11}));
  EXPECT_EQ(y[1].f32, (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

TEST_F(Interpreter, refusesAnotherShape) {
  const char *function = R"(func.func @forward(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    return %x : tensor<?x4xf32> })";
  EXPECT_TRUE(run(function, {f32({2, 3}, std::vector<float>(6))}).empty());
  EXPECT_EQ(message, "input 0 has shape [2, 3], the model needs 'tensor<?x4xf32>'");
  EXPECT_TRUE(interpret({f32({4}, std::vector<float>(4))}).empty());
  EXPECT_EQ(message, "input 0 has shape [4], the model needs 'tensor<?x4xf32>'");
}

TEST_F(Interpreter, refusesTwoBatches) {
  EXPECT_TRUE(
      run(R"(func.func @forward(%a: tensor<?x1xf32>, %b: tensor<?x1xf32>) -> (tensor<?x1xf32>, tensor<?x1xf32>) {
    return %a, %b : tensor<?x1xf32>, tensor<?x1xf32> })",
          {f32({2, 1}, {1, 2}), f32({3, 1}, {1, 2, 3})})
          .empty());
  EXPECT_EQ(message, "input 1 has shape [3, 1], the model needs 'tensor<?x1xf32>' with batch 2");
}

TEST_F(Interpreter, refusesAnotherNumberOfInputs) {
  EXPECT_TRUE(run(R"(func.func @forward(%x: tensor<1xf32>) -> tensor<1xf32> {
    return %x : tensor<1xf32> })",
                  {})
                  .empty());
  EXPECT_EQ(message, "the model has 1 inputs, 0 were given");
}

TEST_F(Interpreter, refusesMissingAndMisshapenParameters) {
  const char *function = R"(func.func @forward() -> tensor<2x3xf32> {
    %w = nn.parameter "fc.weight" : tensor<2x3xf32>
    return %w : tensor<2x3xf32> })";
  EXPECT_TRUE(run(function, {}).empty());
  EXPECT_EQ(message, "parameter \"fc.weight\" is missing");
  parameters["fc.weight"] = f32({3, 2}, std::vector<float>(6));
  EXPECT_TRUE(interpret({}).empty());
  EXPECT_EQ(message, "parameter \"fc.weight\" has shape [3, 2], the model needs 'tensor<2x3xf32>'");
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
