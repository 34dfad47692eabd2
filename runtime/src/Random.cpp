//===- Random.cpp - the numbers PyTorch draws -----------------------------===//

#include "nnc/Random.h"

#include <cmath>
#include <mutex>
#include <numeric>
#include <utility>

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

uint64_t Generator::random64() {
  uint64_t upper = random();
  return upper << 32 | random();
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

uint64_t nnc::drawSeed() {
  SharedGenerator &shared = sharedGenerator();
  std::lock_guard lock(shared.mutex);
  return shared.generator.random64() & INT64_MAX;
}

Tensor nnc::randperm(int64_t count, Generator &generator) {
  Tensor result({count}, DType::I64);
  int64_t *order = result.data<int64_t>();
  std::iota(order, order + count, int64_t(0));
  for (int64_t i = 0; i + 1 < count; ++i)
    std::swap(order[i], order[i + generator.random() % (count - i)]);
  return result;
}

Tensor nnc::rand(Shape shape, const Device &device) {
  Tensor result = zeros(std::move(shape));
  uniform_(result, 0, 1);
  return result.to(device);
}
