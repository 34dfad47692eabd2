//===- Tensor.cpp - numbers with a shape ----------------------------------===//

#include "nnc/Tensor.h"

#include "ElementMemory.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <atomic>
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
  /// Memory that `owner` frees, or the caller's own without one.
  TensorStorage(Place place, size_t bytes, std::shared_ptr<void> owner)
      : place(place), bytes(bytes), hasWriter(!owner), owner(std::move(owner)) {}
  TensorStorage(const TensorStorage &) = delete;

  /// Goes to `newPlace`, which `newOwner` frees.
  void move(Place newPlace, std::shared_ptr<void> newOwner) {
    place = newPlace;
    owner = std::move(newOwner);
    // The pointers that were given out lead to the old place.
    hasWriter = false;
    serial = nextSerial();
  }

  Place place;
  size_t bytes;
  /// Whether somebody has a pointer to write through; the owner of a view's memory always has.
  std::atomic<bool> hasWriter;
  /// Another number after each write that goes through a Tensor.
  std::atomic<uint64_t> serial = nextSerial();

private:
  std::shared_ptr<void> owner;
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

static size_t bytesOf(const Shape &shape, DType type) {
  return static_cast<size_t>(std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>())) *
         sizeOf(type);
}

static Result<std::shared_ptr<TensorStorage>> makeStorage(size_t bytes, const Device &device) {
  Result<std::shared_ptr<void>> memory = allocateElements(device, bytes);
  if (!memory)
    return memory.error();
  return std::make_shared<TensorStorage>(Place{memory->get(), device}, bytes, *memory);
}

Tensor::Tensor(std::shared_ptr<TensorStorage> storage, Shape shape, DType type)
    : extents(std::move(shape)), type(type), storage(std::move(storage)) {}

Tensor::Tensor(Shape shape, DType type) : extents(std::move(shape)), type(type) {
  Result<std::shared_ptr<TensorStorage>> made = makeStorage(sizeBytes(), Device());
  if (!made) {
    // As operator new does: a program without exceptions hears of it.
    if (std::new_handler handler = std::get_new_handler())
      handler();
    throw std::bad_alloc();
  }
  storage = std::move(*made);
}

Tensor::Tensor(void *data, Shape shape, DType type, const Device &device)
    : extents(std::move(shape)), type(type),
      storage(std::make_shared<TensorStorage>(Place{data, device.resolved()}, sizeBytes(), nullptr)) {}

Result<Tensor> Tensor::tryEmpty(Shape shape, DType type, const Device &device) {
  Result<std::shared_ptr<TensorStorage>> made = makeStorage(bytesOf(shape, type), device.resolved());
  if (!made)
    return made.error();
  return Tensor(std::move(*made), std::move(shape), type);
}

Device Tensor::device() const { return storage->place.device; }

void *Tensor::address() const { return static_cast<char *>(storage->place.address) + offset; }

void Tensor::requireHost() const {
  if (!device().isCpu())
    throw Error(StatusCode::Invalid, "the elements of a tensor on " + device().str() +
                                         " cannot be read or written from the host; move it with to(\"cpu\")");
}

void Tensor::noteWriter() {
  if (!storage->hasWriter.load(std::memory_order_relaxed))
    storage->hasWriter = true;
}

uint64_t Tensor::fingerprint() const {
  return storage->hasWriter ? XXH3_64bits(to(Device()).address(), sizeBytes()) : storage->serial.load();
}

int64_t Tensor::numel() const { return static_cast<int64_t>(bytesOf(extents, type) / sizeOf(type)); }

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
  Place to = {address(), device()}, from = {source.address(), source.device()};
  if (std::optional<Error> error = copyElements(to, from, sizeBytes()))
    throw *error;
  storage->serial = nextSerial();
  return *this;
}

Tensor Tensor::clone() const {
  Tensor copy = tryEmpty(extents, type, device()).orThrow();
  return copy.copy_(*this);
}

Result<Tensor> Tensor::tryTo(const Device &wanted) const {
  Device target = wanted.resolved();
  if (target == device())
    return *this;
  Result<Tensor> copy = tryEmpty(extents, type, target);
  if (!copy)
    return copy.error();
  if (std::optional<Error> error = copyElements({copy->address(), target}, {address(), device()}, sizeBytes()))
    return *error;
  copy->requiresGrad = requiresGrad;
  return copy;
}

void Tensor::moveAll(const std::vector<Tensor> &tensors, const Device &device) {
  struct Move {
    TensorStorage &storage;
    Place to;
    std::shared_ptr<void> memory;
  };
  Device target = device.resolved();
  std::vector<Move> moves;
  for (const Tensor &tensor : tensors) {
    TensorStorage &storage = *tensor.storage;
    if (storage.place.device == target)
      continue;
    std::shared_ptr<void> memory = allocateElements(target, storage.bytes).orThrow();
    Place to = {memory.get(), target};
    if (std::optional<Error> error = copyElements(to, storage.place, storage.bytes))
      throw *error;
    moves.push_back({storage, to, std::move(memory)});
  }
  for (Move &move : moves)
    move.storage.move(move.to, std::move(move.memory));
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
    part.offset += sizeBytes() / static_cast<size_t>(extent) * static_cast<size_t>(start);
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
  // As in PyTorch, a scalar counts as having one dimension here.
  if (extents.empty() && (dim == 0 || dim == -1))
    return argmax();
  auto along = extents.begin() + normalize(dim);
  if (*along == 0)
    throw Error(StatusCode::Invalid, "argmax along a dimension of extent 0 of a tensor of shape " + toString(extents));
  int64_t inner = std::accumulate(along + 1, extents.end(), int64_t(1), std::multiplies<>());
  Shape shape = extents;
  shape.erase(shape.begin() + (along - extents.begin()));
  Tensor result(shape, DType::I64), onHost = to(Device());
  const void *elements = onHost.address();
  int64_t *indices = static_cast<int64_t *>(result.address());
  for (int64_t i = 0, count = result.numel(); i < count; ++i) {
    int64_t first = i / inner * *along * inner + i % inner;
    indices[i] = type == DType::F32 ? argmaxOf(static_cast<const float *>(elements) + first, *along, inner)
                                    : argmaxOf(static_cast<const int64_t *>(elements) + first, *along, inner);
  }
  return result.to(device());
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
