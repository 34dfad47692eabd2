// Modules on a GPU, a real one or the software GPU.

#include "test/TensorChecks.h"
#include "test/TestProgram.h"
#include "test/compiler/modules/Perceptron.h"

#include <nnc/Model.h>
#include <nnc/nn.h>

using namespace nnc;

TEST(CudaModule, runsWhereItsParametersAre) {
  Perceptron model, copy = model;
  Tensor x = rand({5, 4}), onCpu = model(x);
  model.to(nn::Device("cuda"));
  EXPECT_EQ(copy.first.weight.device(), Device::cuda(0)) << "a copy shares its parameters";
  Tensor y = model(x), z = model(x.to("cuda"));
  EXPECT_EQ(y.device(), Device());
  EXPECT_EQ(z.device(), Device::cuda(0));
  EXPECT_TRUE(sameBits(y, onCpu));
  EXPECT_TRUE(sameBits(z, onCpu));
  model.to("cpu");
  EXPECT_TRUE(sameBits(model(x), onCpu));
  EXPECT_EQ(errorOf([&] { model(x.to("cuda")); }), "input \"x\" is on cuda:0, model Perceptron is on cpu");
}

TEST(CudaModule, printsItsParametersDevice) {
  Perceptron model;
  model.to("cuda");
  model.first.bias->copy_(zeros({8}));
  EXPECT_EQ(print(model.named_parameters()[1].second[Slice(0, 2)]),
            "tensor([0., 0.], device='cuda:0', requires_grad=True)");
}

TEST(CudaModule, withoutParametersRunsWhereItsInputIs) {
  Tensor x = rand({2, 3}), onGpu = nn::Softmax(1)(x.to("cuda"));
  EXPECT_EQ(onGpu.device(), Device::cuda(0));
  EXPECT_TRUE(sameBits(onGpu, nn::Softmax(1)(x)));
}

TEST(CudaModule, takesNewParametersWithoutCompiling) {
  Perceptron model, other;
  model.to("cuda");
  Tensor x = rand({2, 4}), before = model(x);
  model.load_state_dict(other.state_dict());
  EXPECT_EQ(model.first.weight.device(), Device::cuda(0));
  EXPECT_TRUE(sameBits(model(x), other(x)));
  EXPECT_FALSE(sameBits(model(x), before));
  StateDict onGpu = model.state_dict();
  EXPECT_EQ(onGpu.at("first.weight").device(), Device::cuda(0));
}

TEST(CudaModule, refusesParametersOnTwoDevices) {
  Perceptron model;
  model.second.to("cuda");
  EXPECT_EQ(errorOf([&] { model(rand({1, 4})); }),
            "Perceptron: parameter first.weight is on cpu, second.weight on cuda:0; call to() with one device");
}

int main(int argc, char **argv) { return runTests(argc, argv); }
