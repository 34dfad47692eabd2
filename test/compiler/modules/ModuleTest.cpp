//===- ModuleTest.cpp -----------------------------------------------------===//

#include <nnc/Model.h>
#include <nnc/nn.h>

#include <gtest/gtest.h>

#include <cmath>
#include <link.h>
#include <sstream>
#include <thread>

using namespace nnc;
namespace F = nnc::nn::functional;

static std::string folder;

namespace {

struct Perceptron : nn::Module {
  nn::Linear first{4, 8}, second{8, 3};
  NNC_MODULE(Perceptron, first, second)
  nn::Value forward(nn::Value x) const { return second(F::relu(first(x))); }
};

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

struct Unlisted : nn::Module {
  nn::Linear listed{2, 2}, forgotten{2, 2};
  NNC_MODULE(Unlisted, listed)
  nn::Value forward(nn::Value x) const { return forgotten(listed(x)); }
};

struct Twice : nn::Module {
  nn::ReLU act;
  NNC_MODULE(Twice, act, act)
  nn::Value forward(nn::Value x) const { return act(x); }
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

struct Stack : nn::Module {
  nn::Sequential stack;
  explicit Stack(const nn::Sequential &stack) : stack(stack) {}
  NNC_MODULE(Stack, stack)
  nn::Value forward(nn::Value x) const { return stack(x); }
};

struct Derived : Perceptron {};

struct Endless : nn::Module {
  NNC_MODULE(Endless)
  nn::Value forward(nn::Value x) const { return (*this)(x); }
};

/// Uses what an earlier call had.
struct Keeper : nn::Module {
  std::shared_ptr<std::optional<nn::Value>> kept = std::make_shared<std::optional<nn::Value>>();
  NNC_MODULE(Keeper)
  nn::Value forward(nn::Value x) const {
    nn::Value used = kept->value_or(x);
    *kept = x;
    return F::relu(used);
  }
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

/// A list that may be made to have its owner.
struct Tree : nn::Module {
  nn::ModuleList children;
  NNC_MODULE(Tree, children)
  nn::Value forward(nn::Value x) const { return x; }
};

} // namespace

template <typename T> static std::string print(const T &value) {
  std::ostringstream os;
  os << value;
  return os.str();
}

template <typename Action> static std::string errorOf(Action action) {
  try {
    action();
  } catch (const Error &error) {
    return error.message();
  }
  return "no error";
}

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

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

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

  FlattenedBySize bySize;
  EXPECT_EQ(bySize(rand({2, 3})).shape(), Shape({6}));
  EXPECT_EQ(bySize(rand({4, 3})).shape(), Shape({4, 3}));
}

TEST(Module, usesWhatIsWrittenIntoItsParameters) {
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

TEST(Module, isAHandle) {
  Perceptron model, copy = model;
  model.first.weight.copy_(zeros({8, 4}));
  EXPECT_EQ(copy.first.weight[0][0].item<float>(), 0);
  EXPECT_TRUE(copy.second.weight.isSame(model.second.weight));
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

TEST(Module, worksAsFunctions) {
  Tensor x = tensor(std::vector<float>{-1, 2});
  EXPECT_EQ(print(F::relu(x)), "tensor([0., 2.])");
  nn::Linear layer(2, 3);
  EXPECT_EQ(print(F::linear(x, layer.weight, layer.bias)), print(layer(x)));
  EXPECT_EQ(print(nn::Identity()(x)), print(x));
  EXPECT_EQ(print(nn::Dropout()(x)), print(x));
}

TEST(Module, appliesActivationsAsFunctions) {
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

TEST(Module, takesTheLogarithmOfASoftmax) {
  Tensor x = row({1, 2, 1000});
  EXPECT_EQ(print(nn::LogSoftmax(1)(x)), "tensor([[-999., -998.,    0.]])");
  Tensor y = F::log_softmax(row({0, 0, 0, 0}), -1);
  EXPECT_NEAR(y.data<float>()[0], -std::log(4.0), 1e-7);
}

TEST(Module, refusesConstantsThatPyTorchRefuses) {
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

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

TEST(Module, savesAndLoads) {
  Perceptron one, other;
  Tensor x = rand({2, 4});
  EXPECT_NE(print(one(x)), print(other(x)));
  std::string path = folder + ".safetensors";
  save(one.state_dict(), path);
  other.load_state_dict(load(path));
  EXPECT_EQ(print(one(x)), print(other(x)));
}

TEST(Module, loadsAllOrNothing) {
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

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

TEST(Module, saysWhereAShapeDoesNotFit) {
  nn::Sequential stack{nn::Linear(4, 8), nn::ReLU(), nn::Linear(9, 2)};
  EXPECT_EQ(errorOf([&] { Stack{stack}(rand({1, 4})); }),
            "stack.2: 'nn.linear' op expects weight dimension 1 (9) to equal the input's last dimension (8)");
  EXPECT_EQ(errorOf([&] { nn::Softmax(2)(rand({1, 4})); }),
            "Softmax: 'nn.softmax' op 'dim' is 2, but the input 'tensor<1x4xf32>' has rank 2");
  EXPECT_EQ(errorOf([&] { nn::ReLU()(tensor(std::vector<int64_t>{1})); }), "ReLU: input 0 is i64; modules take f32");
  // Nothing was compiled, so it may still be mended.
  EXPECT_EQ(errorOf([&] { stack.append(nn::ReLU()); }), "no error");
}

TEST(Module, refusesStructuresThatAreNone) {
  EXPECT_EQ(errorOf([] { Unlisted()(rand({1, 2})); }),
            "Unlisted: calls a Linear with parameters that is no field: list it in NNC_MODULE, or its parameters are "
            "neither saved nor loaded");
  EXPECT_EQ(errorOf([] { print(Twice().state_dict().size()); }), "act: Twice has the field 'act' twice");
  EXPECT_EQ(errorOf([] { Derived()(rand({1, 4})); }),
            "a class derived from Perceptron has no NNC_MODULE of its own: write NNC_MODULE(Type, fields...) in it");
  EXPECT_EQ(errorOf([] { nn::Sequential{{"a", nn::ReLU()}, {"a", nn::ReLU()}}; }),
            "Sequential: it has a module 'a' already");
  EXPECT_EQ(errorOf([] { nn::Sequential{{"a.b", nn::ReLU()}}; }),
            "Sequential: the name 'a.b' has a dot, which paths are made with");
  EXPECT_EQ(errorOf([] { nn::Linear(0, 3); }), "Linear: in_features is 0");
  EXPECT_EQ(errorOf([] { nn::Parameter(tensor(std::vector<int64_t>{1})); }), "a parameter of i64; parameters are f32");

  EXPECT_EQ(errorOf([] { Endless()(rand({1})); }), "Endless: forward calls itself without end, by way of Endless");
  Keeper keeper;
  keeper(rand({1, 2}));
  EXPECT_EQ(errorOf([&] { keeper(rand({1, 3})); }),
            "Keeper: an nn::Value of another call is used: a Value must not be kept");

  Tree tree;
  EXPECT_EQ(errorOf([&] { tree.children.append(tree); }), "ModuleList: it would be inside itself, as '0.children'");
  nn::Sequential inner, outer{inner};
  EXPECT_EQ(errorOf([&] { inner.append(outer); }), "Sequential: it would be inside itself, as '0.0'");
  EXPECT_EQ(errorOf([&] { inner.append(inner); }), "Sequential: it would be inside itself, as '0'");
}

TEST(Module, keepsItsStructureAfterTheFirstCall) {
  nn::Sequential inner{nn::Linear(2, 2)};
  Stack net(inner);
  net(rand({1, 2}));
  EXPECT_EQ(errorOf([&] { inner.append(nn::ReLU()); }),
            "Sequential: it was called and is compiled; its structure cannot change any more");
  net.stack = nn::Sequential{nn::Linear(2, 2)};
  EXPECT_EQ(errorOf([&] { net(rand({1, 2})); }),
            "Stack: its modules or parameters are others than in its first call; make a new module, or write into the "
            "parameters that it has");
  net.stack = inner;
  EXPECT_EQ(errorOf([&] { net(rand({1, 2})); }), "no error");
}

TEST(Module, runsWhereItCan) {
  Perceptron model;
  model.to("cpu").eval();
  if (!cuda_is_available()) {
    EXPECT_NE(errorOf([&] { model.to("cuda:0"); }), "no error");
  }
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  folder = argv[1];
  return RUN_ALL_TESTS();
}
