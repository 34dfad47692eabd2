//===- Tensor.cpp - numbers with a shape ----------------------------------===//

#include "nnc/Tensor.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <numeric>
#include <ostream>

using namespace nnc;

/// A number that no storage had before.
static uint64_t nextSerial() {
  static std::atomic<uint64_t> last = 0;
  return ++last;
}

class nnc::TensorStorage {
public:
  TensorStorage(void *memory, bool owned) : memory(memory), owned(owned), hasWriter(!owned) {}
  ~TensorStorage() {
    if (owned)
      std::free(memory);
  }
  TensorStorage(const TensorStorage &) = delete;

  void *memory;
  bool owned;
  /// Whether somebody has a pointer to write through; the owner of a view's memory always has.
  std::atomic<bool> hasWriter;
  /// Another number after each write that goes through a Tensor.
  std::atomic<uint64_t> serial = nextSerial();
};

const char *nnc::toString(DType type) { return type == DType::F32 ? "f32" : "i64"; }

size_t nnc::sizeOf(DType type) { return type == DType::F32 ? sizeof(float) : sizeof(int64_t); }

std::string nnc::toString(const Shape &shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

std::ostream &nnc::operator<<(std::ostream &os, const Size &size) {
  return os << "torch.Size(" << toString(static_cast<const Shape &>(size)) << ")";
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Tensor::Tensor(Shape shape, DType type) : extents(std::move(shape)), type(type) {
  // At least one cache line, so that an empty tensor has an address too.
  constexpr size_t line = 64;
  size_t bytes = std::max<size_t>((sizeBytes() + line - 1) / line * line, line);
  memory = std::aligned_alloc(line, bytes);
  if (!memory)
    throw std::bad_alloc();
  storage = std::make_shared<TensorStorage>(memory, /*owned=*/true);
  std::memset(memory, 0, bytes);
}

Tensor::Tensor(void *data, Shape shape, DType type)
    : extents(std::move(shape)), type(type), memory(data),
      storage(std::make_shared<TensorStorage>(data, /*owned=*/false)) {}

void Tensor::noteWriter() {
  if (!storage->hasWriter.load(std::memory_order_relaxed))
    storage->hasWriter = true;
}

uint64_t Tensor::fingerprint() const {
  return storage->hasWriter ? XXH3_64bits(memory, sizeBytes()) : storage->serial.load();
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

Tensor Tensor::reshape(Shape shape) const {
  Tensor result = *this;
  result.extents = std::move(shape);
  assert(result.numel() == numel() && "a shape of as many elements");
  return result;
}

Tensor &Tensor::copy_(const Tensor &source) {
  if (source.extents != extents || source.type != type)
    throw Error(StatusCode::Invalid, std::string("cannot copy ") + toString(source.type) + " " +
                                         toString(source.extents) + " into " + toString(type) + " " +
                                         toString(extents));
  if (sizeBytes() > 0 && memory != source.memory)
    std::memmove(memory, source.memory, sizeBytes());
  storage->serial = nextSerial();
  return *this;
}

Tensor Tensor::to(const Device &device) const {
  if (std::optional<Error> error = device.unavailable())
    throw *error;
  return *this;
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

int64_t Tensor::normalize(int64_t index) const {
  if (index < -dim() || index >= dim())
    throw Error(StatusCode::Invalid, "dimension " + std::to_string(index) + " of a tensor of shape " +
                                         toString(extents) + ", which has " + std::to_string(dim()));
  return index < 0 ? index + dim() : index;
}

int64_t Tensor::size(int64_t dim) const { return extents[static_cast<size_t>(normalize(dim))]; }

Tensor Tensor::operator[](int64_t index) const {
  int64_t extent = size(0), position = index < 0 ? index + extent : index;
  if (position < 0 || position >= extent)
    throw Error(StatusCode::Invalid, "index " + std::to_string(index) + " is out of range for dimension 0 of extent " +
                                         std::to_string(extent));
  Tensor part = (*this)[Slice(position, position + 1)];
  part.extents.erase(part.extents.begin());
  return part;
}

Tensor Tensor::operator[](Slice slice) const {
  int64_t extent = size(0);
  auto bound = [&](std::optional<int64_t> given, int64_t otherwise) {
    int64_t position = given.value_or(otherwise);
    return std::min(std::max<int64_t>(position < 0 ? position + extent : position, 0), extent);
  };
  int64_t start = bound(slice.start, 0), stop = std::max(bound(slice.stop, extent), start);
  Tensor part = *this;
  part.extents.front() = stop - start;
  if (numel() > 0)
    part.memory = static_cast<char *>(memory) + sizeBytes() / static_cast<size_t>(extent) * static_cast<size_t>(start);
  return part;
}

void Tensor::requireItem(DType wanted) const {
  if (numel() != 1 || type != wanted)
    throw Error(StatusCode::Invalid, std::string("the only element as ") + toString(wanted) + " of " + toString(type) +
                                         " " + toString(extents));
}

//===----------------------------------------------------------------------===//
// Argmax
//===----------------------------------------------------------------------===//

/// Index of the largest of `count` elements that are `stride` apart.
template <typename T> static int64_t argmaxOf(const T *elements, int64_t count, int64_t stride) {
  int64_t best = 0;
  for (int64_t i = 1; i < count; ++i) {
    T x = elements[i * stride], largest = elements[best * stride];
    // Only a NaN differs from itself.
    if ((x > largest || x != x) && largest == largest)
      best = i;
  }
  return best;
}

Tensor Tensor::argmax(int64_t dim) const {
  auto along = extents.begin() + normalize(dim);
  if (*along == 0)
    throw Error(StatusCode::Invalid, "argmax along a dimension of extent 0 of a tensor of shape " + toString(extents));
  int64_t inner = std::accumulate(along + 1, extents.end(), int64_t(1), std::multiplies<>());
  Shape shape = extents;
  shape.erase(shape.begin() + (along - extents.begin()));
  Tensor result(shape, DType::I64);
  int64_t *indices = static_cast<int64_t *>(result.memory);
  for (int64_t i = 0, count = result.numel(); i < count; ++i) {
    int64_t first = i / inner * *along * inner + i % inner;
    indices[i] = type == DType::F32 ? argmaxOf(static_cast<const float *>(memory) + first, *along, inner)
                                    : argmaxOf(static_cast<const int64_t *>(memory) + first, *along, inner);
  }
  return result;
}

Tensor Tensor::argmax() const { return reshape({numel()}).argmax(0); }

//===----------------------------------------------------------------------===//
// Making
//===----------------------------------------------------------------------===//

Tensor nnc::full(Shape shape, float value, const Device &device) {
  for (int64_t extent : shape)
    if (extent < 0)
      throw Error(StatusCode::Invalid, "a shape with a negative extent: " + toString(shape));
  Tensor result = Tensor(std::move(shape));
  Tensor elements = result;
  float *data = elements.data<float>();
  std::fill(data, data + result.numel(), value);
  return result.to(device);
}

Tensor nnc::zeros(Shape shape, const Device &device) { return full(std::move(shape), 0, device); }

Tensor nnc::ones(Shape shape, const Device &device) { return full(std::move(shape), 1, device); }

template <typename T> static Tensor makeVector(const std::vector<T> &elements) {
  Tensor result({static_cast<int64_t>(elements.size())}, DTypeOf<T>::value);
  std::copy(elements.begin(), elements.end(), result.data<T>());
  return result;
}

Tensor nnc::tensor(const std::vector<float> &elements) { return makeVector(elements); }

Tensor nnc::tensor(const std::vector<int64_t> &elements) { return makeVector(elements); }
