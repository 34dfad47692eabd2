//===- Random.cpp - the numbers PyTorch draws -----------------------------===//

#include "nnc/Random.h"

#include <cmath>
#include <mutex>

using namespace nnc;

namespace {
struct SharedGenerator {
  std::mutex mutex;
  Generator generator{std::random_device()()};
};
} // namespace

static SharedGenerator &sharedGenerator() {
  static SharedGenerator shared;
  return shared;
}

float Generator::uniform(float low, float high) { return std::fma(uniform(), high - low, low); }

void nnc::manual_seed(uint64_t seed) {
  SharedGenerator &shared = sharedGenerator();
  std::lock_guard lock(shared.mutex);
  shared.generator = Generator(seed);
}

void nnc::uniform_(Tensor &tensor, float low, float high) {
  Tensor drawn(tensor.shape());
  float *elements = drawn.data<float>();
  SharedGenerator &shared = sharedGenerator();
  {
    std::lock_guard lock(shared.mutex);
    for (int64_t i = 0, count = drawn.numel(); i < count; ++i)
      elements[i] = shared.generator.uniform(low, high);
  }
  tensor.copy_(drawn);
}

Tensor nnc::rand(Shape shape, const Device &device) {
  Tensor result = zeros(std::move(shape));
  uniform_(result, 0, 1);
  return result.to(device);
}
