//===- Random.h - the numbers PyTorch draws ---------------------*- C++ -*-===//
//
//     nnc::manual_seed(0);
//     nnc::Tensor x = nnc::rand({1, 28, 28});   // the elements of torch.rand after torch.manual_seed(0), on a CPU
//
//===----------------------------------------------------------------------===//

#ifndef NNC_RANDOM_H
#define NNC_RANDOM_H

#include "nnc/Tensor.h"

#include <cstdint>
#include <random>

namespace nnc {

/// PyTorch's generator for the CPU: a 32-bit Mersenne Twister, seeded with the lower half of the seed.
class Generator {
public:
  explicit Generator(uint64_t seed) : engine(static_cast<uint32_t>(seed)) {}

  /// 32 random bits.
  uint32_t random() { return static_cast<uint32_t>(engine()); }
  /// 64 of them, the upper half drawn first.
  uint64_t random64();
  /// u = (draw & 0xFFFFFF) * 2^-24: torch.rand's elements.
  float uniform() { return static_cast<float>(random() & 0xFFFFFF) * 0x1p-24f; }
  /// fmaf(u, high - low, low) in f32: the elements of Tensor.uniform_(low, high).
  float uniform(float low, float high);

private:
  std::mt19937 engine;
};

/// Seeds the process's generator, which differs from run to run otherwise.
void manual_seed(uint64_t seed);

/// Fills `tensor` (f32) in order with elements from `low` to `high` of the process's generator. Threads take turns.
void uniform_(Tensor &tensor, float low, float high);

/// 63 bits of the process's generator: what torch.empty((), dtype=torch.int64).random_() holds, with which PyTorch
/// seeds the generators of its samplers.
uint64_t drawSeed();

/// 0 to `count` - 1 (i64) in the order of torch.randperm.
Tensor randperm(int64_t count, Generator &generator);

#if NNC_HAS_EXCEPTIONS
/// Elements in [0, 1), drawn on the CPU whatever the device.
Tensor rand(Shape shape, const Device &device = {});
#endif

} // namespace nnc

#endif // NNC_RANDOM_H
