// measure-first-call: prints the milliseconds of the first call of a module without parameters, which compiles it, of
// the first call of another one in the same process, and of a later call.

#include <chrono>
#include <cstdio>
#include <nnc/nn.h>

namespace nn = nnc::nn;

template <typename Module> static double callMs(const Module &module, const nnc::Tensor &x) {
  auto start = std::chrono::steady_clock::now();
  nnc::Tensor y = module(x);
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

int main() {
  nnc::Tensor logits = nnc::rand({1, 10});
  nn::Softmax softmax(1);
  nn::Sigmoid sigmoid;
  double first = callMs(softmax, logits), another = callMs(sigmoid, logits), later = callMs(softmax, logits);
  std::printf("%.3f %.3f %.3f\n", first, another, later);
}
