//===- InputStream.cpp - an input, piece by piece -------------------------===//

#include "tools/common/InputStream.h"

#include <algorithm>
#include <charconv>

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

Result<InputStream> InputStream::open(const std::string &spec, const TensorInfo &info, const Generator &generator) {
  std::string kind = spec.substr(0, spec.find(':'));
  if (kind != "rand" && kind != "zeros" && kind != "ones") {
    Result<NpyReader> file = NpyReader::open(spec == "-" ? "/dev/stdin" : spec);
    if (!file)
      return file.error();
    Shape shape = file->shape();
    return InputStream(std::move(shape), std::move(*file));
  }
  Shape shape = shapeOf(info, 1);
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
  if (kind == "rand")
    return InputStream(std::move(shape), generator);
  return InputStream(std::move(shape), kind == "ones" ? 1.0f : 0.0f);
}

std::optional<Error> InputStream::read(Tensor &rows) {
  if (auto *file = std::get_if<NpyReader>(&source))
    return file->read(rows.rawData(), rows.sizeBytes());
  float *elements = rows.data<float>();
  if (auto *generator = std::get_if<Generator>(&source))
    std::generate_n(elements, rows.numel(), [&] { return generator->uniform(); });
  else
    std::fill_n(elements, rows.numel(), std::get<float>(source));
  return std::nullopt;
}

void InputStream::skip(Generator &generator) const {
  if (!std::holds_alternative<Generator>(source))
    return;
  int64_t count = 1;
  for (int64_t extent : wholeShape)
    count *= extent;
  for (int64_t i = 0; i < count; ++i)
    generator.uniform();
}
