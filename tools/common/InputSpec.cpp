//===- InputSpec.cpp - tensors as command lines name them -----------------===//

#include "tools/common/InputSpec.h"

#include "nnc/Npy.h"

#include <charconv>
#include <cstring>

using namespace nnc;

/// "3x28x28" as a shape; nothing for other text.
static std::optional<Shape> parseShape(std::string_view text) {
  Shape shape;
  for (;;) {
    int64_t extent;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), extent);
    if (error != std::errc() || extent < 0)
      return std::nullopt;
    shape.push_back(extent);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (text.empty())
      return shape;
    if (text.front() != 'x')
      return std::nullopt;
    text.remove_prefix(1);
  }
}

Result<Tensor> nnc::makeInput(const std::string &spec, const TensorInfo &info, Generator &generator) {
  std::string kind = spec.substr(0, spec.find(':'));
  if (kind != "rand" && kind != "zeros" && kind != "ones")
    return readNpy(spec);
  Shape shape = info.shape;
  if (info.isOpen())
    shape.front() = 1;
  if (kind.size() < spec.size()) {
    std::optional<Shape> given = parseShape(std::string_view(spec).substr(kind.size() + 1));
    if (!given)
      return Error(StatusCode::Invalid, "'" + spec + "' has no shape such as 3x28x28 behind the colon");
    shape = *given;
  }
  int64_t bytes = sizeof(float);
  for (int64_t extent : shape)
    if (__builtin_mul_overflow(bytes, extent, &bytes))
      return Error(StatusCode::Invalid, "'" + spec + "' has more bytes than 63 bits count");
  Tensor tensor(shape);
  float *elements = tensor.data<float>();
  for (int64_t i = 0, count = tensor.numel(); i < count; ++i)
    elements[i] = kind == "rand" ? generator.uniform() : kind == "ones" ? 1.0f : 0.0f;
  return tensor;
}

Result<NamedSpec> nnc::parseNamedSpec(const std::string &argument, const std::vector<TensorInfo> &infos,
                                      size_t position, const char *what) {
  size_t equals = argument.find('=');
  std::string known;
  for (size_t i = 0; i < infos.size(); ++i) {
    if (equals != std::string::npos && argument.compare(0, equals, infos[i].name) == 0)
      return NamedSpec{i, argument.substr(equals + 1)};
    known += (i ? ", " : "") + infos[i].name;
  }
  if (equals != std::string::npos)
    return Error(StatusCode::Invalid,
                 std::string("the model has no ") + what + " '" + argument.substr(0, equals) + "'; it has " + known);
  if (position >= infos.size())
    return Error(StatusCode::Invalid, "'" + argument + "' is one " + what + " too many; the model has " + known);
  return NamedSpec{position, argument};
}
