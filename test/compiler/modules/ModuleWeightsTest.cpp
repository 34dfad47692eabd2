//===- ModuleWeightsTest.cpp - parameters of modules ----------------------===//

#include "test/TensorChecks.h"
#include "test/TestProgram.h"
#include "test/compiler/modules/Perceptron.h"

#include <nnc/nn.h>

using namespace nnc;

TEST(ModuleWeights, usesWhatIsWrittenIntoItsParameters) {
  Perceptron model;
  Tensor x = rand({1, 4});
  model(x);
  model.second.weight.copy_(zeros({3, 8}));
  model.second.bias->copy_(tensor(std::vector<float>{1, 2, 3}));
  EXPECT_EQ(print(model(x)), "tensor([[1., 2., 3.]])");
  float *bias = model.second.bias->data<float>();
  bias[0] = 5;
  EXPECT_EQ(print(model(x)), "tensor([[5., 2., 3.]])");
  bias[0] = 6;
  EXPECT_EQ(print(model(x)), "tensor([[6., 2., 3.]])");
}

TEST(ModuleWeights, isAHandle) {
  Perceptron model, copy = model;
  model.first.weight.copy_(zeros({8, 4}));
  EXPECT_EQ(copy.first.weight[0][0].item<float>(), 0);
  EXPECT_TRUE(copy.second.weight.isSame(model.second.weight));
}

TEST(ModuleWeights, savesAndLoads) {
  Perceptron one, other;
  Tensor x = rand({2, 4});
  EXPECT_NE(print(one(x)), print(other(x)));
  std::string path = folder + ".safetensors";
  save(one.state_dict(), path);
  other.load_state_dict(load(path));
  EXPECT_EQ(print(one(x)), print(other(x)));
}

TEST(ModuleWeights, loadsAllOrNothing) {
  Perceptron model;
  StateDict state("checkpoint");
  state.add("first.weight", ones({8, 4}));
  state.add("first.bias", ones({7}));
  state.add("second.weight", ones({3, 8}));
  state.add("third.bias", ones({3}));
  float before = model.first.weight[0][0].item<float>();
  EXPECT_EQ(errorOf([&] { model.load_state_dict(state); }),
            "weights in 'checkpoint' do not fit model Perceptron:\n"
            "  missing: \"second.bias\"\n"
            "  unexpected: \"third.bias\"\n"
            "  parameter \"first.bias\": file has [7], model needs [8]");
  EXPECT_EQ(model.first.weight[0][0].item<float>(), before);

  StateDict wrapped("wrapped");
  for (const auto &[name, tensor] : Perceptron().state_dict())
    wrapped.add("module." + name, tensor);
  std::string message = errorOf([&] { model.load_state_dict(wrapped); });
  EXPECT_NE(message.find("load with the prefix \"module.\""), std::string::npos) << message;
  model.load_state_dict(wrapped, /*strict=*/true, "module.");
  EXPECT_EQ(print(model.first.weight),
            "Parameter containing:\n" + toString(Tensor(wrapped.at("module.first.weight")).requires_grad_()));

  StateDict part("part");
  part.add("first.weight", ones({8, 4}));
  part.add("other", ones({1}));
  model.load_state_dict(part, /*strict=*/false);
  EXPECT_EQ(model.first.weight[0][0].item<float>(), 1);
}
