//===- StateDict.h - tensors by name ----------------------------*- C++ -*-===//
//
//     nnc::StateDict weights = nnc::load("model.safetensors");
//     weights.at("fc.bias");
//     nnc::save(weights, "copy.safetensors");
//
//===----------------------------------------------------------------------===//

#ifndef NNC_STATEDICT_H
#define NNC_STATEDICT_H

#include "nnc/Status.h"
#include "nnc/Tensor.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nnc {

/// Names and tensors in the order of a model, as PyTorch's state_dict(). The tensors are handles.
class StateDict {
public:
  using Entry = std::pair<std::string, Tensor>;

  /// `source` is what errors call it.
  explicit StateDict(std::string source = "state_dict") : what(std::move(source)) {}

  /// All tensors of a .safetensors file, in the order of their names; F16 and BF16 are widened to f32. Errors: those of
  /// Safetensors::read; a tensor of another type.
  static Result<StateDict> tryLoad(const std::string &path);
  /// Writes a .safetensors file that appears whole or not at all. Returns what went wrong, if anything.
  [[nodiscard]] std::optional<Error> trySave(const std::string &path) const;

  /// Adds `tensor`; the name is not there yet.
  void add(std::string name, Tensor tensor) { entries.emplace_back(std::move(name), std::move(tensor)); }
  /// The tensor `name`, or null.
  const Tensor *find(std::string_view name) const;

#if NNC_HAS_EXCEPTIONS
  /// The tensor `name`; throws Error if there is none.
  const Tensor &at(std::string_view name) const {
    const Tensor *tensor = find(name);
    if (!tensor)
      throw Error(StatusCode::Invalid, "'" + what + "' has no tensor \"" + std::string(name) + "\"");
    return *tensor;
  }
#endif

  auto begin() const { return entries.begin(); }
  auto end() const { return entries.end(); }
  size_t size() const { return entries.size(); }
  const std::string &source() const { return what; }

private:
  std::string what;
  std::vector<Entry> entries;
};

#if NNC_HAS_EXCEPTIONS
/// As StateDict::tryLoad; throws its error.
inline StateDict load(const std::string &path) { return StateDict::tryLoad(path).orThrow(); }
/// As StateDict::trySave; throws its error.
inline void save(const StateDict &state, const std::string &path) {
  if (std::optional<Error> error = state.trySave(path))
    throw *error;
}
#endif

} // namespace nnc

#endif // NNC_STATEDICT_H
