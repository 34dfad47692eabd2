//===- StateDict.cpp - tensors by name ------------------------------------===//

#include "nnc/StateDict.h"

#include "nnc/Safetensors.h"

#include <algorithm>

using namespace nnc;

Result<StateDict> StateDict::tryLoad(const std::string &path) {
  Result<Safetensors> file = Safetensors::read(path);
  if (!file)
    return file.error();
  StateDict state(path);
  for (const auto &[name, entry] : file->entries()) {
    Result<Tensor> tensor = file->loadF32(name);
    if (!tensor)
      return tensor.error();
    state.add(name, std::move(*tensor));
  }
  return state;
}

std::optional<Error> StateDict::trySave(const std::string &path) const {
  std::vector<std::pair<std::string, const Tensor *>> tensors;
  for (const auto &[name, tensor] : entries)
    tensors.push_back({name, &tensor});
  return writeSafetensors(path, tensors);
}

const Tensor *StateDict::find(std::string_view name) const {
  auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry &entry) { return entry.first == name; });
  return found == entries.end() ? nullptr : &found->second;
}
