//===- nn.h - networks written in C++ as in PyTorch -------------*- C++ -*-===//
//
//     namespace nn = nnc::nn;
//
//     struct NeuralNetwork : nn::Module {
//       nn::Flatten flatten;
//       nn::Sequential linear_relu_stack{nn::Linear(28 * 28, 512), nn::ReLU(), nn::Linear(512, 10)};
//       NNC_MODULE(NeuralNetwork, flatten, linear_relu_stack)
//       nn::Value forward(nn::Value x) const { return linear_relu_stack(flatten(x)); }
//     };
//
//     NeuralNetwork model;
//     std::cout << model << '\n';
//     nnc::Tensor logits = model(nnc::rand({1, 28, 28}));   // compiles for this machine, once, and runs
//
// Names, defaults, printed forms and random numbers are those of torch.nn. Errors are thrown as nnc::Error. What is
// only trained, not run, is not here: there are no gradients.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_NN_H
#define NNC_NN_H

#include "nnc/Device.h"
#include "nnc/Random.h"
#include "nnc/StateDict.h"
#include "nnc/Tensor.h"
#include "nnc/nn/Activations.h"
#include "nnc/nn/Containers.h"
#include "nnc/nn/Export.h"
#include "nnc/nn/Functional.h"
#include "nnc/nn/Layers.h"
#include "nnc/nn/Module.h"
#include "nnc/nn/Value.h"

#include <iostream>

#endif // NNC_NN_H
