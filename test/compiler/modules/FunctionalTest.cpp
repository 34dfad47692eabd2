//===- FunctionalTest.cpp - modules as functions, activations -------------===//

#include "test/TensorChecks.h"

#include <nnc/nn.h>

#include <gtest/gtest.h>

#include <cmath>

using namespace nnc;
namespace F = nnc::nn::functional;

static Tensor row(const std::vector<float> &elements) {
  return tensor(elements).reshape({1, static_cast<int64_t>(elements.size())});
}

TEST(Functional, worksAsFunctions) {
  Tensor x = tensor(std::vector<float>{-1, 2});
  EXPECT_EQ(print(F::relu(x)), "tensor([0., 2.])");
  nn::Linear layer(2, 3);
  EXPECT_EQ(print(F::linear(x, layer.weight, layer.bias)), print(layer(x)));
  EXPECT_EQ(print(nn::Identity()(x)), print(x));
  EXPECT_EQ(print(nn::Dropout()(x)), print(x));
}

TEST(Functional, appliesActivationsAsFunctions) {
  const std::vector<float> inputs{-7, -2.5f, -0.75f, -0.125f, 0, 0.25f, 1, 3.5f, 25};
  Tensor x = tensor(inputs);
  auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  auto geluTanh = [](double x) { return x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))) / 2; };
  auto clamped = [](double x, double low, double high) { return std::min(std::max(x, low), high); };
  auto check = [&](const char *name, const Tensor &y, auto expected) {
    for (size_t i = 0; i < inputs.size(); ++i)
      EXPECT_NEAR(y.data<float>()[i], expected(inputs[i]), 2e-6 * std::max(1.0f, std::fabs(inputs[i])))
          << name << " of " << inputs[i];
  };
  check("celu", F::celu(x, 2), [&](double x) { return x < 0 ? 2 * std::expm1(x / 2) : x; });
  check("elu", F::elu(x, 0.5), [&](double x) { return x < 0 ? 0.5 * std::expm1(x) : x; });
  check("gelu", F::gelu(x), [&](double x) { return x * std::erfc(-x * std::sqrt(0.5)) / 2; });
  check("gelu tanh", F::gelu(x, "tanh"), geluTanh);
  check("hardshrink", F::hardshrink(x, 1), [&](double x) { return std::fabs(x) <= 1 ? 0 : x; });
  check("hardsigmoid", F::hardsigmoid(x), [&](double x) { return clamped(x + 3, 0, 6) / 6; });
  check("hardswish", F::hardswish(x), [&](double x) { return x * clamped(x + 3, 0, 6) / 6; });
  check("hardtanh", F::hardtanh(x, -0.5, 2), [&](double x) { return clamped(x, -0.5, 2); });
  check("leaky_relu", F::leaky_relu(x), [&](double x) { return x < 0 ? 0.01 * x : x; });
  check("logsigmoid", F::logsigmoid(x), [&](double x) { return -softplus(-x); });
  check("mish", F::mish(x), [&](double x) { return x * std::tanh(softplus(x)); });
  check("relu6", F::relu6(x), [&](double x) { return clamped(x, 0, 6); });
  check("selu", F::selu(x),
        [&](double x) { return x < 0 ? 1.758099340847377 * std::expm1(x) : 1.0507009873554805 * x; });
  check("sigmoid", F::sigmoid(x), sigmoid);
  check("silu", F::silu(x), [&](double x) { return x * sigmoid(x); });
  check("softplus", F::softplus(x, 2), [&](double x) { return softplus(2 * x) / 2; });
  check("softplus above its threshold", F::softplus(x, 1, 0), [&](double x) { return x > 0 ? x : softplus(x); });
  check("softshrink", F::softshrink(x, 1), [&](double x) { return x - clamped(x, -1, 1); });
  check("softsign", F::softsign(x), [&](double x) { return x / (1 + std::fabs(x)); });
  check("tanh", F::tanh(x), [&](double x) { return std::tanh(x); });
  check("tanhshrink", F::tanhshrink(x), [&](double x) { return x - std::tanh(x); });
  check("threshold", F::threshold(x, 1, -20), [&](double x) { return x > 1 ? x : -20; });
}

TEST(Functional, takesTheLogarithmOfASoftmax) {
  Tensor x = row({1, 2, 1000});
  EXPECT_EQ(print(nn::LogSoftmax(1)(x)), "tensor([[-999., -998.,    0.]])");
  Tensor y = F::log_softmax(row({0, 0, 0, 0}), -1);
  EXPECT_NEAR(y.data<float>()[0], -std::log(4.0), 1e-7);
}

TEST(Functional, refusesConstantsThatPyTorchRefuses) {
  Tensor x = ones({1});
  EXPECT_EQ(errorOf([&] { nn::CELU(0)(x); }), "CELU: 'nn.celu' op 'alpha' is 0, by which x is divided");
  EXPECT_EQ(errorOf([&] { nn::GELU("erf"); }), "GELU: approximate is 'erf'; there are 'none' and 'tanh'");
  EXPECT_EQ(errorOf([&] { nn::Hardtanh(2, 1)(x); }),
            "Hardtanh: 'nn.hardtanh' op 'min_val' (2) is not less than 'max_val' (1)");
  EXPECT_EQ(errorOf([&] { nn::LeakyReLU(1e300); }), "LeakyReLU: negative_slope is 1e+300, too large for f32");
  EXPECT_EQ(errorOf([&] { nn::Softshrink(-1)(x); }),
            "Softshrink: 'nn.softshrink' op 'lambd' is -1; it is finite and at least 0");
  EXPECT_EQ(errorOf([&] { nn::Dropout(1.5); }), "Dropout: p is 1.5; it is a probability, from 0 to 1");
}
