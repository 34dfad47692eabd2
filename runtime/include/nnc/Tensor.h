//===- Tensor.h - numbers with a shape --------------------------*- C++ -*-===//
//
//     nnc::Tensor x({2, 3});                               // owning, zeros
//     x.data<float>()[5] = 1;
//     nnc::Tensor row = x[1];                              // the same memory
//     nnc::Tensor y = nnc::Tensor::view(pointer, {2, 3});  // somebody else's memory
//     std::cout << x << '\n';                              // as PyTorch prints it
//     nnc::Tensor z = x.to("cuda");                        // a copy in the memory of a GPU
//
//===----------------------------------------------------------------------===//

#ifndef NNC_TENSOR_H
#define NNC_TENSOR_H

#include "nnc/Device.h"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
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

/// A shape that prints as PyTorch's: "torch.Size([2, 3])".
class Size : public Shape {
public:
  explicit Size(Shape shape) : Shape(std::move(shape)) {}
};

std::ostream &operator<<(std::ostream &os, const Size &size);

/// The elements start to stop - 1 of a dimension; negative ones count from the end, and without a bound it goes to it.
struct Slice {
  std::optional<int64_t> start, stop;

  Slice() = default;
  Slice(std::optional<int64_t> start, std::optional<int64_t> stop) : start(start), stop(stop) {}
};

class TensorStorage;

/// What a tensor's elements are part of, and where in it they begin.
using ElementsId = std::pair<const void *, size_t>;

/// Row-major, contiguous, in the memory of the host or of a GPU. A handle, as in PyTorch: copies, slices and reshaped
/// tensors share the elements. Copying these is said as clone().
class Tensor {
public:
  /// A tensor of no dimension and the element 0.
  Tensor() : Tensor(Shape{}) {}
  /// Owning, all elements zero; 64-byte aligned. Extents are not negative, and the bytes fit a size_t.
  explicit Tensor(Shape shape, DType type = DType::F32);
  /// The memory at `data` on `device`, which stays the caller's and outlives the tensor and its copies.
  template <typename T> static Tensor view(T *data, Shape shape, const Device &device = {}) {
    return Tensor(data, std::move(shape), DTypeOf<T>::value, device);
  }
  /// Owning, on `device`; elements on a GPU are not set. Errors: no memory, or a GPU that is not there.
  static Result<Tensor> tryEmpty(Shape shape, DType type, const Device &device);

  /// The tensor on `device`: itself, if it is there. Errors: those of tryEmpty; a copy that fails.
  Result<Tensor> tryTo(const Device &device) const;
  /// The same elements under another shape of as many.
  Tensor reshape(Shape shape) const;

  const Shape &shape() const { return extents; }
  Size size() const { return Size(extents); }
  int64_t dim() const { return static_cast<int64_t>(extents.size()); }
  DType dtype() const { return type; }
  /// Where the elements are: "cpu", or "cuda:0" with the index.
  Device device() const;
  /// Number of elements.
  int64_t numel() const;
  size_t sizeBytes() const { return static_cast<size_t>(numel()) * sizeOf(type); }

  /// The address of the elements: on a GPU one that the host cannot read, for Runner::run and CUDA programs.
  void *rawData() {
    noteWriter();
    return address();
  }
  const void *rawData() const { return address(); }
  /// The elements, which are on the host; T is the tensor's type. For those on a GPU throws Error: they have to be
  /// moved first, with to("cpu"), or are read one by one with item().
  template <typename T> T *data() {
    requireHost();
    assert(DTypeOf<T>::value == type && "the tensor has elements of this type");
    return static_cast<T *>(rawData());
  }
  template <typename T> const T *data() const {
    requireHost();
    assert(DTypeOf<T>::value == type && "the tensor has elements of this type");
    return static_cast<const T *>(rawData());
  }

  /// Whether PyTorch would train it: parameters, and slices of them. It only shows in print.
  bool requires_grad() const { return requiresGrad; }
  Tensor &requires_grad_(bool value = true) {
    requiresGrad = value;
    return *this;
  }

  /// Whether both are the same memory under the same shape and type.
  bool isSame(const Tensor &other) const {
    return rawData() == other.rawData() && extents == other.extents && type == other.type;
  }
  /// Equal for tensors that begin at the same element; stays when the elements move to another device.
  ElementsId elementsId() const { return {storage.get(), offset}; }
  /// A number that changes when the elements do. It costs nothing until somebody has taken a pointer to write through;
  /// from then on it is a digest of the elements.
  uint64_t fingerprint() const;

#if NNC_HAS_EXCEPTIONS
  // These throw Error with StatusCode::Invalid.

  /// Extent of a dimension, which may count from the end.
  int64_t size(int64_t dim) const;
  /// Part `index` of dimension 0, which is dropped; negative ones count from the end.
  Tensor operator[](int64_t index) const;
  Tensor operator[](int index) const { return (*this)[int64_t(index)]; }
  /// A range of dimension 0.
  Tensor operator[](Slice slice) const;
  /// The only element.
  template <typename T> T item() const {
    requireItem(DTypeOf<T>::value);
    return *to(Device()).template data<T>();
  }
  /// Indices (i64) of the largest elements along `dim`, which is dropped: the first of equal ones, the first NaN.
  Tensor argmax(int64_t dim) const;
  /// The same over all elements: no dimension is left. A scalar takes argmax(0) and argmax(-1) too, as in PyTorch.
  Tensor argmax() const;
  /// Takes over the elements of `source`, which has the same shape and type and may be on another device.
  Tensor &copy_(const Tensor &source);
  /// An owning copy of the elements on the same device; it requires no gradient.
  Tensor clone() const;
  /// As tryTo.
  Tensor to(const Device &device) const { return tryTo(device).orThrow(); }
  /// Moves the elements of all `tensors` to `device`, or of none if it throws. Whoever shares them finds them there.
  static void moveAll(const std::vector<Tensor> &tensors, const Device &device);
#endif

private:
  Tensor(void *data, Shape shape, DType type, const Device &device);
  Tensor(std::shared_ptr<TensorStorage> storage, Shape shape, DType type);

  void *address() const;
  /// Remembers that somebody may write from now on, whenever they like.
  void noteWriter();
  void requireHost() const;
#if NNC_HAS_EXCEPTIONS
  void requireItem(DType wanted) const;
  /// `dim` counted from the front.
  int64_t normalize(int64_t dim) const;
#endif

  Shape extents;
  DType type;
  bool requiresGrad = false;
  size_t offset = 0;                      ///< of the first element in the storage, in bytes
  std::shared_ptr<TensorStorage> storage; ///< shared by all tensors that have elements in it
};

#if NNC_HAS_EXCEPTIONS
Tensor zeros(Shape shape, const Device &device = {});
Tensor ones(Shape shape, const Device &device = {});
Tensor full(Shape shape, float value, const Device &device = {});
/// A tensor of one dimension.
Tensor tensor(const std::vector<float> &elements);
Tensor tensor(const std::vector<int64_t> &elements);

/// The elements that Python's numbers become.
template <typename T> using ElementOf = std::conditional_t<std::is_floating_point_v<T>, float, int64_t>;
/// The same of {1, 2, 3}, which are i64, or {0.5, 2.0}, which are f32.
template <typename T> Tensor tensor(std::initializer_list<T> elements) {
  return tensor(std::vector<ElementOf<T>>(elements.begin(), elements.end()));
}
/// A tensor of two dimensions: {{1, 2}, {3, 4}}. Throws Error if the rows have different lengths.
template <typename T> Tensor tensor(std::initializer_list<std::initializer_list<T>> rows) {
  std::vector<ElementOf<T>> elements;
  for (const auto &row : rows) {
    if (row.size() != rows.begin()->size())
      throw Error(StatusCode::Invalid, "a tensor with rows of " + std::to_string(rows.begin()->size()) + " and of " +
                                           std::to_string(row.size()) + " elements");
    elements.insert(elements.end(), row.begin(), row.end());
  }
  return tensor(elements).reshape({static_cast<int64_t>(rows.size()), static_cast<int64_t>(rows.begin()->size())});
}
#endif

/// As PyTorch prints tensors: 4 digits, columns of one width, lines of 80 characters, `...` above 1000 elements;
/// `device='cuda:0'` behind those on a GPU, `requires_grad=True` behind those that have it. There is never a grad_fn:
/// nnc computes no gradients.
std::ostream &operator<<(std::ostream &os, const Tensor &tensor);
std::string toString(const Tensor &tensor);

} // namespace nnc

#endif // NNC_TENSOR_H
