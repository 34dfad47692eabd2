//===- Weights.cpp - parameters by name -----------------------------------===//

#include "nnc/Weights.h"

#include <set>

using namespace nnc;

/// "a", "b" and 3 more
static std::string listNames(const std::vector<std::string> &names) {
  constexpr size_t most = 100;
  std::string text;
  for (size_t i = 0; i < names.size() && i < most; ++i)
    text += (i ? ", \"" : "\"") + names[i] + "\"";
  if (names.size() > most)
    text += " and " + std::to_string(names.size() - most) + " more";
  return text;
}

/// The prefix that would make every parameter found, or "".
static std::string explainingPrefix(const Safetensors &file, const std::vector<TensorInfo> &parameters) {
  if (parameters.empty())
    return "";
  const std::string &first = parameters.front().name;
  for (const auto &[name, entry] : file.entries()) {
    if (name.size() <= first.size() || name.compare(name.size() - first.size(), first.size(), first) != 0)
      continue;
    std::string prefix = name.substr(0, name.size() - first.size());
    bool explains = true;
    for (const TensorInfo &parameter : parameters)
      explains = explains && file.entries().count(prefix + parameter.name);
    if (explains)
      return prefix;
  }
  return "";
}

Result<std::vector<Tensor>> nnc::loadParameters(const Safetensors &file, const std::string &modelName,
                                                const std::vector<TensorInfo> &parameters, const LoadOptions &options) {
  std::vector<std::string> missing, unexpected;
  std::string misfits;
  std::set<std::string> wanted;
  for (const TensorInfo &parameter : parameters) {
    std::string name = options.prefix + parameter.name;
    wanted.insert(name);
    auto found = file.entries().find(name);
    if (found == file.entries().end()) {
      missing.push_back(name);
      continue;
    }
    const Safetensors::Entry &entry = found->second;
    if (entry.shape != parameter.shape)
      misfits += "\n  parameter \"" + name + "\": file has " + toString(entry.shape) + ", model needs " +
                 toString(parameter.shape);
    if (!Safetensors::isLoadable(entry.dtype))
      misfits += "\n  parameter \"" + name + "\": file has " + entry.dtype + ", model takes F32, F16 or BF16";
  }
  for (const auto &[name, entry] : file.entries())
    if (options.strict && !wanted.count(name))
      unexpected.push_back(name);

  if (!missing.empty() || !unexpected.empty() || !misfits.empty()) {
    std::string message = "weights in '" + file.name() + "' do not fit model " + modelName + ":";
    if (!missing.empty())
      message += "\n  missing: " + listNames(missing);
    if (!unexpected.empty())
      message += "\n  unexpected: " + listNames(unexpected);
    message += misfits;
    std::string prefix = options.prefix.empty() && !missing.empty() ? explainingPrefix(file, parameters) : "";
    if (!prefix.empty())
      message += "\n  all names in the file begin with \"" + prefix + "\": load with the prefix \"" + prefix + "\"";
    return Error(StatusCode::Invalid, message);
  }
  std::vector<Tensor> tensors;
  for (const TensorInfo &parameter : parameters) {
    Result<Tensor> tensor = file.loadF32(options.prefix + parameter.name);
    if (!tensor)
      return tensor.error();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}
