//===- InputStream.h - an input, piece by piece -----------------*- C++ -*-===//

#ifndef NNC_TOOLS_COMMON_INPUTSTREAM_H
#define NNC_TOOLS_COMMON_INPUTSTREAM_H

#include "nnc/Model.h"
#include "nnc/Npy.h"
#include "nnc/Random.h"

#include <variant>

namespace nnc {

/// The elements that a command line names, in order, as they are needed. Move-only.
class InputStream {
public:
  /// `spec` is a .npy file, `-` for one on the standard input, or `rand` (torch.rand's elements, drawn from
  /// `generator`), `zeros` or `ones` with a shape as in `rand:3x28x28`, or without one for `info`'s own with a batch of
  /// 1. Errors: what the file or the text has wrong.
  static Result<InputStream> open(const std::string &spec, const TensorInfo &info, const Generator &generator);

  const Shape &shape() const { return wholeShape; }
  DType dtype() const { return file() ? file()->dtype() : DType::F32; }
  /// Fills `rows` with the next elements. Errors: a file that cannot be read, or is not as long as its header says.
  [[nodiscard]] std::optional<Error> read(Tensor &rows);
  /// Draws from `generator` as much as the whole stream does, so that a next one goes on behind it.
  void skip(Generator &generator) const;

private:
  using Source = std::variant<NpyReader, Generator, float>; ///< a float is what every element is

  InputStream(Shape shape, Source source) : wholeShape(std::move(shape)), source(std::move(source)) {}
  const NpyReader *file() const { return std::get_if<NpyReader>(&source); }

  Shape wholeShape;
  Source source;
};

} // namespace nnc

#endif // NNC_TOOLS_COMMON_INPUTSTREAM_H
