//===- Perceptron.h - the small module of several tests ---------*- C++ -*-===//

#ifndef NNC_TEST_COMPILER_MODULES_PERCEPTRON_H
#define NNC_TEST_COMPILER_MODULES_PERCEPTRON_H

#include <nnc/nn.h>

struct Perceptron : nnc::nn::Module {
  nnc::nn::Linear first{4, 8}, second{8, 3};
  NNC_MODULE(Perceptron, first, second)
  nnc::nn::Value forward(nnc::nn::Value x) const { return second(nnc::nn::functional::relu(first(x))); }
};

#endif // NNC_TEST_COMPILER_MODULES_PERCEPTRON_H
