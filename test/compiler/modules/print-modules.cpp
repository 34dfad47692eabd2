//===- print-modules.cpp - the modules of make-printed-modules.py ---------===//

#include <nnc/nn.h>

namespace nn = nnc::nn;

struct Block : nn::Module {
  nn::Identity norm;
  nn::ModuleList layers{nn::Linear(4, 4), nn::Linear(4, 4), nn::ReLU(), nn::Linear(4, 2, /*bias=*/false)};
  nn::Dropout drop{0.1};
  NNC_MODULE(Block, norm, layers, drop)
  nn::Value forward(nn::Value x) const { return x; }
};

struct Network : nn::Module {
  nn::ModuleList blocks{Block(), Block()};
  nn::Sequential head{{"fc", nn::Linear(2, 10)}, {"out", nn::Sequential{nn::LogSoftmax(1)}}};
  NNC_MODULE(Network, blocks, head)
  nn::Value forward(nn::Value x) const { return x; }
};

template <typename... Modules> static void print(const Modules &...modules) { ((std::cout << modules << '\n'), ...); }

int main() {
  print(Network(), Block(), nn::Sequential(), nn::ModuleList(),
        nn::Sequential{nn::Sequential{nn::Sequential{nn::ReLU()}}},
        nn::ModuleList{nn::ModuleList{nn::ReLU(), nn::ReLU()}, nn::ModuleList{nn::ReLU(), nn::ReLU()}});
  print(nn::Flatten(), nn::Flatten(0, 1), nn::Linear(784, 512), nn::Linear(3, 1, /*bias=*/false), nn::Softmax(1),
        nn::LogSoftmax(-1), nn::Identity(), nn::Dropout(), nn::Dropout(0));
  print(nn::ReLU(), nn::ReLU6(), nn::LeakyReLU(), nn::LeakyReLU(1e-5), nn::ELU(), nn::ELU(0.75), nn::SELU(), nn::CELU(),
        nn::CELU(2), nn::GELU(), nn::GELU("tanh"), nn::SiLU(), nn::Mish(), nn::Sigmoid(), nn::LogSigmoid(), nn::Tanh(),
        nn::Softplus(), nn::Softplus(2, 30.5), nn::Softsign(), nn::Hardtanh(), nn::Hardtanh(-2, 0.1), nn::Hardsigmoid(),
        nn::Hardswish(), nn::Tanhshrink(), nn::Softshrink(), nn::Softshrink(0.0001), nn::Hardshrink(),
        nn::Hardshrink(1e16), nn::Threshold(0.1, 20), nn::Threshold(-1e22, 123456789.125));
  for (const nnc::Shape &shape : {nnc::Shape{}, nnc::Shape{3}, nnc::Shape{2, 3}, nnc::Shape{1, 2, 3},
                                  nnc::Shape{2, 1, 2, 3}, nnc::Shape{40, 30}, nnc::Shape{0}, nnc::Shape{2, 0}})
    print(nn::Parameter(nnc::full(shape, -0.375f)));
}
