//===- Transforms.h - from pixels to what a network takes -------*- C++ -*-===//
//
//     data::Compose transform{data::ToTensor(), data::Normalize({0.2860}, {0.3530})};
//     data::FashionMNIST training_data("data", /*train=*/true, transform);
//
// Names, arithmetic and printed forms are those of torchvision.transforms.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DATA_TRANSFORMS_H
#define NNC_DATA_TRANSFORMS_H

#include "nnc/Scalar.h"
#include "nnc/Tensor.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nnc::data {

/// Grey pixels, 0 to 255, row by row; the memory is somebody else's.
struct Image {
  const uint8_t *pixels;
  int64_t rows, columns;
};

/// A step on the way: ToTensor, Normalize, Compose, or a function from Tensor to Tensor.
class Transform {
public:
  template <typename Step, std::enable_if_t<!std::is_base_of_v<Transform, std::decay_t<Step>>, int> = 0>
  Transform(Step step) : text(describe(step, 0)) {
    constexpr bool onImage = std::is_invocable_r_v<Tensor, Step, const Image &>;
    constexpr bool onTensor = std::is_invocable_r_v<Tensor, Step, const Tensor &>;
    static_assert(onImage || onTensor, "a transform is called with an nnc::Tensor (or the first with an "
                                       "nnc::data::Image) and returns an nnc::Tensor");
    if constexpr (onImage)
      fromImage = step;
    if constexpr (onTensor)
      fromTensor = std::move(step);
  }

  /// Throws Error: a step that takes tensors.
  Tensor operator()(const Image &image) const;
  /// Throws Error: a step that takes pixels; what the step throws.
  Tensor operator()(const Tensor &tensor) const;
  /// Whether it may be the first.
  bool takesImages() const { return fromImage != nullptr; }
  /// Throws Error if it may not.
  void requireTakesImages() const;

  /// "ToTensor()"
  const std::string &str() const { return text; }

protected:
  Transform() = default;

  // The int makes the second a last resort: steps without str().
  template <typename Step> static auto describe(const Step &step, int) -> decltype(step.str()) { return step.str(); }
  template <typename Step> static std::string describe(const Step &, long) { return "function"; }

  std::function<Tensor(const Image &)> fromImage;
  std::function<Tensor(const Tensor &)> fromTensor;
  std::string text;
};

std::ostream &operator<<(std::ostream &os, const Transform &transform);

/// Pixels to f32 [1, rows, columns]: pixel / 255.
class ToTensor {
public:
  Tensor operator()(const Image &image) const;
  std::string str() const { return "ToTensor()"; }
};

/// (x - mean) / std, with a mean and a std for each channel, or one for all.
class Normalize {
public:
  /// Throws Error: no mean, another number of stds than of means, a std of 0.
  Normalize(std::vector<Scalar> means, std::vector<Scalar> stds);

  /// `image` is [channels, rows, columns]. Throws Error if it is not.
  Tensor operator()(const Tensor &image) const;
  std::string str() const;

private:
  std::vector<Scalar> means, stds;
};

/// One step after the other.
class Compose : public Transform {
public:
  Compose(std::initializer_list<Transform> steps);
};

} // namespace nnc::data

#endif // NNC_DATA_TRANSFORMS_H
