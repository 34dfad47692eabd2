//===- ModuleTest.cpp - calls of modules ----------------------------------===//

#include "test/TensorChecks.h"
#include "test/TestProgram.h"
#include "test/compiler/modules/Perceptron.h"

#include <nnc/nn.h>

#include <link.h>
#include <sstream>
#include <thread>

using namespace nnc;
namespace F = nnc::nn::functional;

namespace {

/// Two values in, three out, parameters of its own.
struct TwoHeads : nn::Module {
  nn::Linear left{3, 2};
  nn::Parameter weight{ones({5, 4})};
  NNC_MODULE(TwoHeads, left, weight)
  std::tuple<nn::Value, nn::Value, nn::Value> forward(const nn::Value &a, const nn::Value &b) const {
    nn::Value scores = F::linear(b, weight);
    return {left(a), scores, scores.argmax(1)};
  }
};

struct Deep : nn::Module {
  nn::ModuleList layers{nn::Linear(4, 4), nn::Linear(4, 4)};
  nn::Sequential head{{"fc", nn::Linear(4, 2)}, {"probabilities", nn::Softmax(-1)}};
  NNC_MODULE(Deep, layers, head)
  nn::Value forward(nn::Value x) const {
    for (const nn::AnyModule &layer : layers)
      x = layer(x).softmax(1);
    return head(x);
  }
};

struct Best : nn::Module {
  NNC_MODULE(Best)
  nn::Value forward(nn::Value x) const { return x.argmax(); }
};

struct BestAlongFirst : nn::Module {
  NNC_MODULE(BestAlongFirst)
  nn::Value forward(nn::Value x) const { return x.argmax(0); }
};

struct FlattenedBySize : nn::Module {
  NNC_MODULE(FlattenedBySize)
  nn::Value forward(nn::Value x) const { return x.size(0) == 2 ? x.flatten(0) : x; }
};

struct Shown : nn::Module {
  std::shared_ptr<std::string> text = std::make_shared<std::string>();
  NNC_MODULE(Shown)
  nn::Value forward(nn::Value x) const {
    std::ostringstream os;
    os << x << ", " << x.flatten(0, 0).flatten(1);
    *text = os.str();
    return x;
  }
};

} // namespace

static Tensor row(const std::vector<float> &elements) {
  return tensor(elements).reshape({1, static_cast<int64_t>(elements.size())});
}

/// How many shared objects are loaded.
static int countLoaded() {
  int count = 0;
  dl_iterate_phdr([](dl_phdr_info *, size_t, void *data) { return ++*static_cast<int *>(data), 0; }, &count);
  return count;
}

static std::vector<std::string> namesOf(const StateDict &state) {
  std::vector<std::string> names;
  for (const auto &[name, tensor] : state)
    names.push_back(name);
  return names;
}

TEST(Module, takesAndReturnsSeveralValues) {
  TwoHeads model;
  auto [left, scores, best] = model(rand({6, 3}), rand({6, 4}));
  EXPECT_EQ(left.shape(), Shape({6, 2}));
  EXPECT_EQ(scores.shape(), Shape({6, 5}));
  EXPECT_EQ(best.dtype(), DType::I64);
  EXPECT_EQ(scores[0][0].item<float>(), scores[0][4].item<float>());
  EXPECT_EQ(errorOf([&] { model(rand({6, 3}), rand({6, 5})); }),
            "TwoHeads: 'nn.linear' op expects weight dimension 1 (4) to equal the input's last dimension (5)");
}

TEST(Module, agreesWithALayerByHand) {
  nn::Linear layer(2, 2);
  layer.weight.copy_(tensor(std::vector<float>{1, 2, 3, 4}).reshape({2, 2}));
  layer.bias->copy_(tensor(std::vector<float>{0.5f, -20}));
  EXPECT_EQ(print(nn::Sequential{layer, nn::ReLU()}(row({1, 1}))), "tensor([[3.5000, 0.0000]])");
}

TEST(Module, leavesTheBatchOpenWhereItCan) {
  Perceptron model;
  Tensor x = rand({7, 4});
  std::string whole = print(model(x));
  EXPECT_EQ(print(model(x[Slice(2, 3)])[0]), print(model(x)[2]));
  EXPECT_EQ(print(model(x)), whole);
  EXPECT_EQ(model(Tensor({0, 4})).shape(), Shape({0, 3}));
  std::string text = nn::exportModel(model, {{7, 4}});
  EXPECT_NE(text.find("forward(%arg0: tensor<?x4xf32>"), std::string::npos) << text;
}

TEST(Module, readsAcrossTheBatchAsPyTorchDoes) {
  EXPECT_EQ(print(nn::Softmax(0)(tensor(std::vector<float>{0, 0}))), "tensor([0.5000, 0.5000])");
  EXPECT_EQ(nn::Flatten(0)(rand({2, 3, 4})).shape(), Shape({24}));
  EXPECT_EQ(nn::Flatten(0)(rand({3, 3, 4})).shape(), Shape({36}));
  EXPECT_EQ(nn::Linear(3, 2)(rand({3})).shape(), Shape({2}));
  EXPECT_EQ(nn::ReLU()(Tensor()).shape(), Shape({}));

  EXPECT_EQ(print(Best()(tensor(std::vector<float>{1, 7, 3, 5}).reshape({2, 2}))), "tensor(1)");
  EXPECT_EQ(print(BestAlongFirst()(Tensor())), "tensor(0)");
  EXPECT_EQ(print(nn::Softmax(0)(Tensor())), "tensor(1.)");
  EXPECT_EQ(print(nn::LogSoftmax(-1)(Tensor())), "tensor(0.)");
  EXPECT_THROW(nn::Softmax(1)(Tensor()), Error);

  FlattenedBySize bySize;
  EXPECT_EQ(bySize(rand({2, 3})).shape(), Shape({6}));
  EXPECT_EQ(bySize(rand({4, 3})).shape(), Shape({4, 3}));
}

TEST(Module, mayStandInSeveralPlaces) {
  nn::Linear layer(4, 4);
  nn::Sequential stack{layer, nn::ReLU(), layer};
  EXPECT_EQ(stack.named_parameters().size(), 2u);
  EXPECT_EQ(namesOf(stack.state_dict()), std::vector<std::string>({"0.weight", "0.bias", "2.weight", "2.bias"}));
  Tensor x = rand({2, 4});
  EXPECT_EQ(print(stack(x)), print(layer(nn::ReLU()(layer(x)))));
  EXPECT_EQ(stack.parameters().size(), 2u);
}

TEST(Module, callsTheModulesOfLists) {
  Deep model;
  EXPECT_EQ(model(rand({2, 4})).shape(), Shape({2, 2}));
  EXPECT_EQ(namesOf(model.state_dict()),
            std::vector<std::string>({"layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias",
                                      "head.fc.weight", "head.fc.bias"}));
  EXPECT_EQ(model.layers[-1].as<nn::Linear>().weight.size(0), 4);
  EXPECT_EQ(errorOf([&] { model.layers[0].as<nn::ReLU>(); }), "the module is a Linear");
  EXPECT_EQ(errorOf([&] { model.layers[2]; }), "ModuleList: index 2 of 2 modules");
}

TEST(Module, showsTheShapesOfValues) {
  Shown shown;
  shown(rand({7, 2, 3}));
  EXPECT_EQ(*shown.text, "nn::Value of shape [batch, 2, 3], nn::Value of shape [batch, 6]");
}

TEST(Module, isExportedAsAModel) {
  Perceptron model;
  std::string text = nn::exportModel(model, {{1, 4}});
  EXPECT_NE(text.find("module @Perceptron"), std::string::npos);
  EXPECT_NE(text.find("nn.parameter \"second.bias\" : tensor<3xf32>"), std::string::npos) << text;
}

TEST(Module, isNotCompiledAgainForNewParameters) {
  Perceptron model, other;
  Tensor x = rand({1, 4});
  model(x);
  int before = countLoaded();
  model.load_state_dict(other.state_dict());
  EXPECT_EQ(print(model(x)), print(other(x)));
  model.to("cpu");
  model.first.bias->data<float>()[0] = 7;
  model(x);
  // The other has the same structure: it shares the code, and has its weights beside a copy of it.
  EXPECT_LE(countLoaded(), before + 1);
}

TEST(Module, compilesOnceForAllThreads) {
  Tensor x = rand({2, 3, 5});
  int before = countLoaded();
  std::vector<std::thread> threads;
  std::vector<std::string> printed(4);
  for (std::string &text : printed)
    threads.emplace_back([&] { text = print(nn::Flatten(-2)(x)); });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(countLoaded(), before + 1);
  EXPECT_EQ(printed, std::vector<std::string>(4, printed.front()));

  Perceptron shared;
  before = countLoaded();
  threads.clear();
  for (std::string &text : printed)
    threads.emplace_back([&] { text = print(shared(rand({1, 4})).size()); });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(countLoaded(), before + 1);
  EXPECT_EQ(printed, std::vector<std::string>(4, "torch.Size([1, 3])"));
}

TEST(Module, runsWhereItCan) {
  Perceptron model;
  model.to("cpu").eval();
  if (!cuda_is_available()) {
    EXPECT_NE(errorOf([&] { model.to("cuda:0"); }), "no error");
  }
}

int main(int argc, char **argv) { return runTests(argc, argv); }
