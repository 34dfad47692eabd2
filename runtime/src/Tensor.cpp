//===- Tensor.cpp - numbers with a shape ----------------------------------===//

#include "nnc/Tensor.h"

#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <numeric>

using namespace nnc;

const char *nnc::toString(DType type) { return type == DType::F32 ? "f32" : "i64"; }

size_t nnc::sizeOf(DType type) { return type == DType::F32 ? sizeof(float) : sizeof(int64_t); }

std::string nnc::toString(const Shape &shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

void Tensor::Free::operator()(void *memory) const { std::free(memory); }

Tensor::Tensor(Shape shape, DType type) : extents(std::move(shape)), type(type) {
  // At least one cache line, so that an empty tensor has an address too.
  constexpr size_t line = 64;
  size_t bytes = std::max<size_t>((sizeBytes() + line - 1) / line * line, line);
  memory = std::aligned_alloc(line, bytes);
  if (!memory)
    throw std::bad_alloc();
  owned.reset(memory);
  std::memset(memory, 0, bytes);
}

int64_t Tensor::numel() const {
  return std::accumulate(extents.begin(), extents.end(), int64_t(1), std::multiplies<>());
}

Tensor Tensor::clone() const {
  Tensor copy(extents, type);
  if (sizeBytes() > 0)
    std::memcpy(copy.memory, memory, sizeBytes());
  return copy;
}

Tensor Tensor::reshape(Shape shape) && {
  Tensor result = std::move(*this);
  [[maybe_unused]] int64_t before = result.numel();
  result.extents = std::move(shape);
  assert(result.numel() == before && "a shape of as many elements");
  return result;
}
