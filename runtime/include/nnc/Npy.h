//===- Npy.h - one tensor in a file -----------------------------*- C++ -*-===//
//
// NumPy's format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), versions 1 to 3. A file may
// be a pipe. One that is larger than memory is read and written piece by piece:
//
//     nnc::Result<nnc::NpyReader> reader = nnc::NpyReader::open("x.npy");         // the header is checked
//     nnc::Result<nnc::NpyWriter> writer = nnc::NpyWriter::open("y.npy", {2000000, 10});
//     while (...) {
//       std::optional<nnc::Error> error = reader->read(rows, sizeof rows);        // the next ones
//       error = writer->write(results, sizeof results);
//     }
//     std::optional<nnc::Error> error = writer->finish();                         // now the file is there
//
//===----------------------------------------------------------------------===//

#ifndef NNC_NPY_H
#define NNC_NPY_H

#include "nnc/Status.h"
#include "nnc/Tensor.h"

#include <memory>
#include <optional>
#include <string>

namespace nnc {

/// Reads a .npy file of float32 or int64, little-endian, in C order; others are refused by name.
Result<Tensor> readNpy(const std::string &path);

/// Writes `tensor`; the file appears whole or not at all. Returns what went wrong, if anything.
[[nodiscard]] std::optional<Error> writeNpy(const std::string &path, const Tensor &tensor);

/// A .npy file that is read piece by piece. Move-only.
class NpyReader {
public:
  /// Reads the header. Errors: those of readNpy; that a pipe has fewer or more bytes than its header says is found when
  /// it ends.
  static Result<NpyReader> open(const std::string &path);
  NpyReader(NpyReader &&) noexcept;
  ~NpyReader();

  const Shape &shape() const;
  DType dtype() const;
  /// The next `bytes` bytes of the elements, at most as many as there are left. With the last ones it is checked that
  /// nothing follows.
  [[nodiscard]] std::optional<Error> read(void *elements, size_t bytes);

private:
  struct State;
  explicit NpyReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

/// A .npy file that is written piece by piece. Move-only; without finish() a regular file is not made.
class NpyWriter {
public:
  static Result<NpyWriter> open(const std::string &path, const Shape &shape, DType type = DType::F32);
  NpyWriter(NpyWriter &&) noexcept;
  ~NpyWriter();

  /// The next `bytes` bytes of the elements.
  [[nodiscard]] std::optional<Error> write(const void *elements, size_t bytes);
  /// All elements are written.
  [[nodiscard]] std::optional<Error> finish();

private:
  struct State;
  explicit NpyWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace nnc

#endif // NNC_NPY_H
