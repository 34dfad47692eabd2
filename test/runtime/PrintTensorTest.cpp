// The expected texts are what PyTorch's rules give (torch/_tensor_str.py).

#include "nnc/Tensor.h"

#include <cmath>
#include <gtest/gtest.h>

using nnc::Shape;
using nnc::Tensor;

static std::string print(std::vector<float> elements, Shape shape) {
  return toString(Tensor::view(elements.data(), std::move(shape)));
}

static std::string printIndices(std::vector<int64_t> elements, Shape shape) {
  return toString(Tensor::view(elements.data(), std::move(shape)));
}

TEST(PrintTensor, scalars) {
  EXPECT_EQ(print({1.5f}, {}), "tensor(1.5000)");
  EXPECT_EQ(print({2}, {}), "tensor(2.)");
  EXPECT_EQ(printIndices({7}, {}), "tensor(7)");
}

TEST(PrintTensor, columnsHaveOneWidth) {
  EXPECT_EQ(print({-0.25f, 10, 3.14159f}, {3}), "tensor([-0.2500, 10.0000,  3.1416])");
  EXPECT_EQ(print({1, -2, 30}, {3}), "tensor([ 1., -2., 30.])");
  EXPECT_EQ(printIndices({1, -20, 3}, {3}), "tensor([  1, -20,   3])");
}

TEST(PrintTensor, zerosAreWhole) { EXPECT_EQ(print({0, 0}, {2}), "tensor([0., 0.])"); }

TEST(PrintTensor, notFinite) {
  EXPECT_EQ(print({NAN, INFINITY, -INFINITY, 1.5f}, {4}), "tensor([   nan,    inf,   -inf, 1.5000])");
}

TEST(PrintTensor, scientific) {
  EXPECT_EQ(print({1e-5f, 1}, {2}), "tensor([1.0000e-05, 1.0000e+00])");
  EXPECT_EQ(print({1e9f}, {1}), "tensor([1.0000e+09])");
  EXPECT_EQ(print({1, 1001}, {2}), "tensor([1.0000e+00, 1.0010e+03])");
}

TEST(PrintTensor, matrices) {
  EXPECT_EQ(print({1, 2, 3, 4}, {2, 2}), "tensor([[1., 2.],\n        [3., 4.]])");
  EXPECT_EQ(print({1, 2, 3, 4}, {2, 1, 2}), "tensor([[[1., 2.]],\n\n        [[3., 4.]]])");
}

TEST(PrintTensor, linesOfEightyCharacters) {
  std::vector<float> elements(10, 0.5f);
  EXPECT_EQ(print(elements, {10}), "tensor([0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000,\n"
                                   "        0.5000])");
}

TEST(PrintTensor, summaryAboveThousandElements) {
  std::vector<float> elements(1001);
  for (size_t i = 0; i < elements.size(); ++i)
    elements[i] = static_cast<float>(i);
  EXPECT_EQ(print(elements, {1001}), "tensor([   0.,    1.,    2.,  ...,  998.,  999., 1000.])");
  std::vector<int64_t> ones(7 * 200, 1);
  EXPECT_EQ(printIndices(ones, {7, 200}), "tensor([[1, 1, 1,  ..., 1, 1, 1],\n        [1, 1, 1,  ..., 1, 1, 1],\n"
                                          "        [1, 1, 1,  ..., 1, 1, 1],\n        ...,\n"
                                          "        [1, 1, 1,  ..., 1, 1, 1],\n        [1, 1, 1,  ..., 1, 1, 1],\n"
                                          "        [1, 1, 1,  ..., 1, 1, 1]])");
}

TEST(PrintTensor, empty) {
  EXPECT_EQ(toString(Tensor(Shape{0})), "tensor([])");
  EXPECT_EQ(toString(Tensor(Shape{2, 0})), "tensor([], size=(2, 0))");
  EXPECT_EQ(toString(Tensor(Shape{0}, nnc::DType::I64)), "tensor([], dtype=torch.int64)");
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
