//===- TensorTest.cpp -----------------------------------------------------===//

#include "test/TensorChecks.h"
#include "test/TestProgram.h"

#include "nnc/Random.h"
#include "nnc/StateDict.h"
#include "nnc/Tensor.h"

#include <cmath>

using namespace nnc;

/// 0, 1, 2, ...
static Tensor counting(Shape shape) {
  Tensor x(shape);
  for (int64_t i = 0; i < x.numel(); ++i)
    x.data<float>()[i] = static_cast<float>(i);
  return x;
}

TEST(Tensor, sharesItsElementsWithCopiesAndParts) {
  Tensor x = counting({4, 3}), copy = x, row = x[1], last = x[-1], rows = x[Slice(1, -1)], clone = x.clone();
  EXPECT_EQ(row.shape(), Shape({3}));
  EXPECT_EQ(rows.shape(), Shape({2, 3}));
  EXPECT_EQ(last.data<float>()[0], 9);
  rows.data<float>()[0] = 100;
  EXPECT_EQ(row[0].item<float>(), 100);
  EXPECT_EQ(copy.data<float>()[3], 100);
  EXPECT_EQ(clone.data<float>()[3], 3);
  EXPECT_TRUE(copy.isSame(x));
  EXPECT_FALSE(clone.isSame(x));
  EXPECT_EQ(x.reshape({2, 6})[0].numel(), 6);
}

TEST(Tensor, slicesAsPythonDoes) {
  Tensor x = counting({5});
  EXPECT_EQ(x[Slice()].numel(), 5);
  EXPECT_EQ(print(x[Slice(0, 2)]), "tensor([0., 1.])");
  EXPECT_EQ(print(x[Slice(-2, std::nullopt)]), "tensor([3., 4.])");
  EXPECT_EQ(print(x[Slice(3, 99)]), "tensor([3., 4.])");
  EXPECT_EQ(print(x[Slice(4, 2)]), "tensor([])");
  EXPECT_EQ(Tensor({0, 3})[Slice(0, 2)].shape(), Shape({0, 3}));
}

TEST(Tensor, refusesWhatIsNotThere) {
  Tensor x = counting({2, 3});
  EXPECT_EQ(errorOf([&] { x[2]; }), "index 2 is out of range for dimension 0 of extent 2");
  EXPECT_EQ(errorOf([&] { x[-3]; }), "index -3 is out of range for dimension 0 of extent 2");
  EXPECT_EQ(errorOf([&] { x.size(2); }), "dimension 2 of a tensor of shape [2, 3], which has 2");
  EXPECT_EQ(errorOf([&] { x[0][0][0]; }), "dimension 0 of a tensor of shape [], which has 0");
  EXPECT_EQ(errorOf([&] { x.item<float>(); }), "the only element as f32 of f32 [2, 3]");
  EXPECT_EQ(errorOf([&] { x[0][0].item<int64_t>(); }), "the only element as i64 of f32 []");
  EXPECT_EQ(errorOf([&] { x.copy_(x[0]); }), "cannot copy f32 [3] into f32 [2, 3]");
  EXPECT_EQ(errorOf([&] { zeros({2, -1}); }), "a shape with a negative extent: [2, -1]");
}

TEST(Tensor, goesToTheDevicesThereAre) {
  Tensor x = counting({2, 3});
  EXPECT_TRUE(x.to("cpu").isSame(x));
  EXPECT_TRUE(x.to("cpu:0").isSame(x));
  EXPECT_EQ(print(x.device()), "cpu");
  if (!cuda_is_available()) {
    EXPECT_NE(errorOf([&] { x.to("cuda"); }), "no error");
  }
}

TEST(Tensor, isMadeOfNumbers) {
  EXPECT_EQ(print(tensor({1, 2, 3})), "tensor([1, 2, 3])");
  EXPECT_EQ(print(tensor({0.5, 2.0})), "tensor([0.5000, 2.0000])");
  EXPECT_EQ(print(tensor({{1.0f, 2.0f}, {3.0f, 4.0f}})), "tensor([[1., 2.],\n        [3., 4.]])");
  EXPECT_EQ(tensor({{1}, {2}}).shape(), Shape({2, 1}));
  EXPECT_EQ(errorOf([] { tensor({{1, 2}, {3}}); }), "a tensor with rows of 2 and of 1 elements");
}

TEST(Tensor, printsSizesAsPyTorch) {
  EXPECT_EQ(print(counting({3, 28, 28}).size()), "torch.Size([3, 28, 28])");
  EXPECT_EQ(print(Tensor().size()), "torch.Size([])");
  EXPECT_EQ(counting({3, 28}).size(-1), 28);
}

TEST(Tensor, findsTheLargestElement) {
  Tensor x({2, 3});
  float elements[] = {1, 5, 5, NAN, 7, NAN};
  std::copy(std::begin(elements), std::end(elements), x.data<float>());
  EXPECT_EQ(print(x.argmax(1)), "tensor([1, 0])");
  EXPECT_EQ(print(x.argmax(-2)), "tensor([1, 1, 1])");
  EXPECT_EQ(print(x.argmax()), "tensor(3)");
  EXPECT_EQ(print(tensor(std::vector<int64_t>{3, 9, 9}).argmax(0)), "tensor(1)");
  EXPECT_EQ(print(counting({2, 3, 2}).argmax(1)), "tensor([[2, 2],\n        [2, 2]])");
  EXPECT_EQ(print(Tensor().argmax()), "tensor(0)");
  EXPECT_EQ(print(Tensor().argmax(-1)), "tensor(0)");
  EXPECT_EQ(errorOf([] { Tensor().argmax(1); }), "dimension 1 of a tensor of shape [], which has 0");
  EXPECT_EQ(errorOf([] { Tensor(Shape{0, 4}).argmax(0); }),
            "argmax along a dimension of extent 0 of a tensor of shape [0, 4]");
}

TEST(Tensor, saysWhenItsElementsMayHaveChanged) {
  Tensor x({3});
  uint64_t fresh = x.fingerprint();
  EXPECT_EQ(x.fingerprint(), fresh);
  x.copy_(tensor(std::vector<float>{1, 2, 3}));
  uint64_t copied = x.fingerprint();
  EXPECT_NE(copied, fresh);
  // A pointer taken once may be written through at any time, by way of a slice too.
  float *pointer = x[1].data<float>();
  uint64_t before = x.fingerprint();
  EXPECT_EQ(x.fingerprint(), before);
  *pointer = 5;
  EXPECT_NE(x.fingerprint(), before);
  float mine[2] = {};
  Tensor view = Tensor::view(mine, {2});
  before = view.fingerprint();
  mine[1] = 1;
  EXPECT_NE(view.fingerprint(), before);
}

TEST(Tensor, showsThatItRequiresAGradient) {
  Tensor x = counting({2});
  x.requires_grad_();
  EXPECT_EQ(print(x), "tensor([0., 1.], requires_grad=True)");
  EXPECT_EQ(print(x[Slice(0, 1)]), "tensor([0.], requires_grad=True)");
  EXPECT_EQ(print(x.clone()), "tensor([0., 1.])");
}

TEST(Device, readsWhatPyTorchWrites) {
  Device device = cuda_is_available() ? "cuda" : "cpu";
  EXPECT_EQ(print(device), cuda_is_available() ? "cuda" : "cpu");
  EXPECT_EQ(print(Device("cuda:1")), "cuda:1");
  EXPECT_EQ(Device("cuda").resolved(), Device::cuda(0));
  EXPECT_EQ(cuda_is_available(), listGpus().ok());
  EXPECT_FALSE(mps_is_available());
  EXPECT_EQ(errorOf([] { Device("mps"); }), "device 'mps' is not supported: nnc has code for CPUs, not for such GPUs");
  EXPECT_EQ(errorOf([] { Device("gpu"); }), "unknown device 'gpu'; there are cpu, cuda and cuda:N");
  EXPECT_EQ(errorOf([] { Device("cuda:x"); }), "unknown device 'cuda:x'; there are cpu, cuda and cuda:N");
}

TEST(Random, drawsAsPyTorch) {
  manual_seed(0);
  EXPECT_EQ(print(rand({4})), "tensor([0.4963, 0.7682, 0.0885, 0.1320])");
  manual_seed(uint64_t(1) << 32); // of which PyTorch's generator takes the lower half
  EXPECT_EQ(print(rand({1})), "tensor([0.4963])");
}

TEST(Random, permutesAsPyTorch) {
  Generator generator(7);
  EXPECT_EQ(print(randperm(5, generator)), "tensor([0, 1, 3, 2, 4])");
  EXPECT_EQ(randperm(0, generator).numel(), 0);
  manual_seed(3);
  EXPECT_EQ(drawSeed(), 937055941807507096u); // torch.empty((), dtype=torch.int64).random_()
}

TEST(StateDict, isSavedAndLoaded) {
  StateDict state;
  state.add("b", counting({2, 2}));
  state.add("a", counting({1}));
  std::string path = folder + ".safetensors";
  save(state, path);
  StateDict loaded = load(path);
  EXPECT_EQ(loaded.size(), 2u);
  EXPECT_EQ(print(loaded.at("b")), print(state.at("b")));
  EXPECT_EQ(errorOf([&] { loaded.at("c"); }), "'" + path + "' has no tensor \"c\"");
  EXPECT_EQ(errorOf([&] { load(path + ".none"); }).rfind("cannot ", 0), 0u);
}

int main(int argc, char **argv) { return runTests(argc, argv); }
