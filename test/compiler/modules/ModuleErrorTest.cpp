//===- ModuleErrorTest.cpp - modules that are wrong -----------------------===//

#include "test/TensorChecks.h"
#include "test/compiler/modules/Perceptron.h"

#include <nnc/nn.h>

#include <gtest/gtest.h>

using namespace nnc;
namespace F = nnc::nn::functional;

namespace {

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

/// A list that may be made to have its owner.
struct Tree : nn::Module {
  nn::ModuleList children;
  NNC_MODULE(Tree, children)
  nn::Value forward(nn::Value x) const { return x; }
};

} // namespace

TEST(ModuleError, saysWhereAShapeDoesNotFit) {
  nn::Sequential stack{nn::Linear(4, 8), nn::ReLU(), nn::Linear(9, 2)};
  EXPECT_EQ(errorOf([&] { Stack{stack}(rand({1, 4})); }),
            "stack.2: 'nn.linear' op expects weight dimension 1 (9) to equal the input's last dimension (8)");
  EXPECT_EQ(errorOf([&] { nn::Softmax(2)(rand({1, 4})); }),
            "Softmax: 'nn.softmax' op 'dim' is 2, but the input 'tensor<1x4xf32>' has rank 2");
  EXPECT_EQ(errorOf([&] { nn::ReLU()(tensor(std::vector<int64_t>{1})); }), "ReLU: input 0 is i64; modules take f32");
  // Nothing was compiled, so it may still be mended.
  EXPECT_EQ(errorOf([&] { stack.append(nn::ReLU()); }), "no error");
}

TEST(ModuleError, refusesStructuresThatAreNone) {
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

TEST(ModuleError, keepsItsStructureAfterTheFirstCall) {
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
