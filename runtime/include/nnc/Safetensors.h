//===- Safetensors.h - tensors by name in a file ----------------*- C++ -*-===//
//
// The format of https://github.com/huggingface/safetensors: eight bytes with the length of a JSON header, the header
// with type, shape and place of each tensor, the bytes of all tensors.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_SAFETENSORS_H
#define NNC_SAFETENSORS_H

#include "nnc/Status.h"
#include "nnc/Tensor.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnc {

/// A safetensors file in memory.
class Safetensors {
public:
  /// One tensor of the file: its type as the file spells it ("F32", "BF16", ...) and where its bytes are.
  struct Entry {
    std::string dtype;
    Shape shape;
    size_t begin = 0, end = 0; ///< in the bytes behind the header
  };

  /// Reads the whole file. Strict: a header that is not JSON of the format's form, a name twice, offsets that leave a
  /// gap, overlap or do not fit type and shape, and missing or further bytes are errors.
  static Result<Safetensors> read(const std::string &path);
  /// The same from bytes, which are copied; `what` is what errors call them.
  static Result<Safetensors> parse(std::string_view bytes, const std::string &what);

  const std::map<std::string, Entry> &entries() const { return tensors; }

  /// Tensor `name` as F32; F16 and BF16 are widened exactly. Errors: no such tensor; another type.
  Result<Tensor> loadF32(const std::string &name) const;

  /// Whether loadF32 takes tensors of this type.
  static bool isLoadable(std::string_view dtype);

  /// What errors call the file.
  const std::string &name() const { return source; }

private:
  static Result<Safetensors> parseOwned(std::string bytes, const std::string &what);

  std::string bytes; ///< the file
  size_t dataStart = 0;
  std::string source;
  std::map<std::string, Entry> tensors;
};

/// Writes `tensors` in this order; the file appears whole or not at all. Returns what went wrong, if anything.
[[nodiscard]] std::optional<Error> writeSafetensors(const std::string &path,
                                                    const std::vector<std::pair<std::string, const Tensor *>> &tensors);

} // namespace nnc

#endif // NNC_SAFETENSORS_H
