//===- Tensor.h - numbers with a shape --------------------------*- C++ -*-===//
//
//     nnc::Tensor x({2, 3});                          // owning, zeros
//     x.data<float>()[5] = 1;
//     nnc::Tensor y = nnc::Tensor::view(pointer, {2, 3});  // somebody else's memory
//     std::cout << x << '\n';                         // as PyTorch prints it
//
//===----------------------------------------------------------------------===//

#ifndef NNC_TENSOR_H
#define NNC_TENSOR_H

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace nnc {

/// Type of an element.
enum class DType : uint8_t { F32, I64 };

/// "f32", "i64"
const char *toString(DType type);
/// Bytes of an element.
size_t sizeOf(DType type);

template <typename T> struct DTypeOf;
template <> struct DTypeOf<float> {
  static constexpr DType value = DType::F32;
};
template <> struct DTypeOf<int64_t> {
  static constexpr DType value = DType::I64;
};

using Shape = std::vector<int64_t>;

/// "[2, 3]"
std::string toString(const Shape &shape);

/// Row-major, contiguous, on the CPU. Move-only: copying is said as clone().
class Tensor {
public:
  /// A tensor of no dimension and the element 0.
  Tensor() : Tensor(Shape{}) {}
  /// Owning, all elements zero; 64-byte aligned. Extents are not negative, and the bytes fit a size_t.
  explicit Tensor(Shape shape, DType type = DType::F32);
  /// The memory at `data`, which stays the caller's and outlives the tensor.
  template <typename T> static Tensor view(T *data, Shape shape) {
    return Tensor(data, std::move(shape), DTypeOf<T>::value);
  }

  Tensor(Tensor &&) = default;
  Tensor &operator=(Tensor &&) = default;

  /// An owning copy.
  Tensor clone() const;
  /// The same elements under another shape of as many; takes this tensor's memory with it.
  Tensor reshape(Shape shape) &&;

  const Shape &shape() const { return extents; }
  int64_t dim() const { return static_cast<int64_t>(extents.size()); }
  DType dtype() const { return type; }
  /// Number of elements.
  int64_t numel() const;
  size_t sizeBytes() const { return static_cast<size_t>(numel()) * sizeOf(type); }

  void *rawData() { return memory; }
  const void *rawData() const { return memory; }
  /// The elements; T is the tensor's type.
  template <typename T> T *data() {
    assert(DTypeOf<T>::value == type && "the tensor has elements of this type");
    return static_cast<T *>(memory);
  }
  template <typename T> const T *data() const { return const_cast<Tensor *>(this)->data<T>(); }

private:
  struct Free {
    void operator()(void *memory) const;
  };

  Tensor(void *data, Shape shape, DType type) : extents(std::move(shape)), type(type), memory(data) {}

  Shape extents;
  DType type;
  void *memory;
  std::unique_ptr<void, Free> owned; ///< null for a view
};

/// As PyTorch prints tensors: 4 digits, columns of one width, lines of 80 characters, `...` above 1000 elements.
std::ostream &operator<<(std::ostream &os, const Tensor &tensor);
std::string toString(const Tensor &tensor);

} // namespace nnc

#endif // NNC_TENSOR_H
