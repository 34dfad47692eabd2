//===- Transforms.cpp - from pixels to what a network takes ---------------===//

#include "nnc/data/Transforms.h"

#include "nnc/Status.h"

#include <algorithm>
#include <ostream>

using namespace nnc;
using namespace nnc::data;

//===----------------------------------------------------------------------===//
// Transform
//===----------------------------------------------------------------------===//

void Transform::requireTakesImages() const {
  if (!fromImage)
    throw Error(StatusCode::Invalid, "the transform " + text + " takes tensors: begin with ToTensor()");
}

Tensor Transform::operator()(const Image &image) const {
  requireTakesImages();
  return fromImage(image);
}

Tensor Transform::operator()(const Tensor &tensor) const {
  if (!fromTensor)
    throw Error(StatusCode::Invalid, "the transform " + text + " takes pixels: it comes first");
  return fromTensor(tensor);
}

std::ostream &data::operator<<(std::ostream &os, const Transform &transform) { return os << transform.str(); }

Compose::Compose(std::initializer_list<Transform> list) {
  text = "Compose(";
  for (const Transform &step : list)
    text += "\n    " + step.str();
  text += "\n)";
  auto run = [steps = std::vector<Transform>(list)](auto x) {
    Tensor result = steps.front()(x);
    for (size_t i = 1; i < steps.size(); ++i)
      result = steps[i](result);
    return result;
  };
  if (list.size() == 0)
    fromTensor = [](const Tensor &x) { return x; };
  else if (list.begin()->takesImages())
    fromImage = run;
  else
    fromTensor = run;
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

Tensor ToTensor::operator()(const Image &image) const {
  Tensor result({1, image.rows, image.columns});
  std::transform(image.pixels, image.pixels + result.numel(), result.data<float>(),
                 [](uint8_t pixel) { return static_cast<float>(pixel) / 255; });
  return result;
}

Normalize::Normalize(std::vector<Scalar> givenMeans, std::vector<Scalar> givenStds)
    : means(std::move(givenMeans)), stds(std::move(givenStds)) {
  if (means.empty() || means.size() != stds.size())
    throw Error(StatusCode::Invalid,
                "Normalize: " + std::to_string(means.size()) + " means and " + std::to_string(stds.size()) + " stds");
  for (const Scalar &one : stds)
    if (one.toFloat() == 0)
      throw Error(StatusCode::Invalid, str() + ": a std is 0 in f32, by which is divided");
}

Tensor Normalize::operator()(const Tensor &image) const {
  bool fits = image.dtype() == DType::F32 && image.dim() == 3;
  size_t channels = fits ? static_cast<size_t>(image.size(0)) : 0;
  if (!fits || (means.size() != 1 && means.size() != channels))
    throw Error(StatusCode::Invalid, str() + ": a tensor of " + toString(image.dtype()) + " " +
                                         toString(image.shape()) +
                                         "; it takes f32 [channels, rows, columns] with as many channels as means");
  Tensor result(image.shape());
  const float *from = image.data<float>();
  float *to = result.data<float>();
  int64_t inner = image.size(1) * image.size(2);
  for (size_t channel = 0; channel < channels; ++channel) {
    size_t which = means.size() == 1 ? 0 : channel;
    float mean = means[which].toFloat(), std = stds[which].toFloat();
    for (int64_t i = 0; i < inner; ++i)
      *to++ = (*from++ - mean) / std;
  }
  return result;
}

/// "(0.5,)", "(0.1, 0.2)"
static std::string tuple(const std::vector<Scalar> &scalars) {
  std::string text;
  for (const Scalar &scalar : scalars)
    text += (text.empty() ? "" : ", ") + scalar.str();
  return "(" + text + (scalars.size() == 1 ? ",)" : ")");
}

std::string Normalize::str() const { return "Normalize(mean=" + tuple(means) + ", std=" + tuple(stds) + ")"; }
