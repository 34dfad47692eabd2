//===- print-tensors.cpp - the tensors of make-printed-tensors.py ---------===//

#include <nnc/Tensor.h>

#include <cmath>
#include <iostream>
#include <limits>

using nnc::Shape;
using nnc::Tensor;

static int64_t number(int64_t index) { return index * 37 % 101 - 50; }

static Tensor floats(const Shape &shape, float factor) {
  Tensor result(shape);
  for (int64_t i = 0; i < result.numel(); ++i)
    result.data<float>()[i] = static_cast<float>(number(i)) * factor;
  return result;
}

static Tensor integers(const Shape &shape, int64_t factor) {
  Tensor result(shape, nnc::DType::I64);
  for (int64_t i = 0; i < result.numel(); ++i)
    result.data<int64_t>()[i] = number(i) * factor;
  return result;
}

/// Every third element is not finite; the others decide about the columns.
static Tensor notFinite(const Shape &shape) {
  const float values[] = {NAN, INFINITY, -INFINITY};
  Tensor result = floats(shape, 0.5f);
  for (int64_t i = 0; i < result.numel(); i += 3)
    result.data<float>()[i] = values[i / 3 % 3];
  return result;
}

static void print(const Tensor &tensor) { std::cout << tensor << '\n'; }

static void printShapes() {
  const Shape shapes[] = {{},      {1},      {7},       {30},        {1001},       {2, 3},
                          {3, 30}, {300, 5}, {2, 3, 4}, {11, 4, 23}, {2, 1, 3, 4}, {1, 8, 2, 100}};
  for (const Shape &shape : shapes) {
    for (float factor : {1.0f, 0.25f, 1e-3f, 1e-6f, 1e-39f, 12345.0f, 3e7f, 1e30f})
      print(floats(shape, factor));
    for (int64_t factor : {int64_t(1), int64_t(1000), int64_t(1000000000000000)})
      print(integers(shape, factor));
    print(notFinite(shape));
    print(floats(shape, 0.25f).requires_grad_());
  }
}

static void printEmpty() {
  for (const Shape &shape : {Shape{0}, Shape{2, 0}, Shape{3, 0, 2}, Shape{0, 1, 2, 3}}) {
    print(Tensor(shape));
    print(Tensor(shape, nnc::DType::I64));
    print(Tensor(shape).requires_grad_());
  }
}

static void printValues() {
  for (float value :
       {0.0f, -0.0f, 1e-5f, 1e-4f, 0.99999f, 99999.5f, 1e8f, 1.5e8f, 3.4028235e38f, 1e-45f, INFINITY, -INFINITY, NAN})
    print(nnc::full({}, value));
  const std::vector<float> floats[] = {{0, -0.0f},
                                       {-0.0f, 1},
                                       {NAN},
                                       {INFINITY, -INFINITY},
                                       {NAN, 0},
                                       {NAN, 2},
                                       {-INFINITY, 0.5f},
                                       {INFINITY, 1e-5f, 1},
                                       {1, 1000},
                                       {1, 1001},
                                       {0.5f, 500},
                                       {0.5f, 500.5f},
                                       {1e8f, 2e8f},
                                       {1e-4f, 0.05f},
                                       {9e-5f, 0.05f},
                                       {0.00005f, 0.00015f, 0},
                                       {0.03125f, 0.09375f},
                                       {16777216, 0.5f},
                                       {1.17549435e-38f, 3.4028235e38f}};
  for (const std::vector<float> &values : floats)
    print(nnc::tensor(values));
  using Limits = std::numeric_limits<int64_t>;
  const std::vector<int64_t> integers[] = {{0}, {-1, 10}, {Limits::max(), Limits::min()}, {0, 1000000000000000000}};
  for (const std::vector<int64_t> &values : integers)
    print(nnc::tensor(values));
}

int main() {
  printShapes();
  printEmpty();
  printValues();
}
