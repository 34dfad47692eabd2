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

/// The prefix that would make every wanted name found, or "".
static std::string explainingPrefix(const std::map<std::string, OfferedTensor> &offered,
                                    const std::vector<TensorInfo> &wanted) {
  if (wanted.empty())
    return "";
  const std::string &first = wanted.front().name;
  for (const auto &[name, tensor] : offered) {
    if (name.size() <= first.size() || name.compare(name.size() - first.size(), first.size(), first) != 0)
      continue;
    std::string prefix = name.substr(0, name.size() - first.size());
    bool explains = true;
    for (const TensorInfo &info : wanted)
      explains = explains && offered.count(prefix + info.name);
    if (explains)
      return prefix;
  }
  return "";
}

std::optional<Error> nnc::checkWeights(const std::map<std::string, OfferedTensor> &offered, const std::string &source,
                                       const std::vector<TensorInfo> &wanted, const std::string &modelName,
                                       const LoadOptions &options) {
  std::vector<std::string> missing, unexpected;
  std::string misfits;
  std::set<std::string> names;
  for (const TensorInfo &info : wanted) {
    std::string name = options.prefix + info.name;
    names.insert(name);
    auto found = offered.find(name);
    if (found == offered.end()) {
      missing.push_back(name);
      continue;
    }
    const OfferedTensor &tensor = found->second;
    if (tensor.shape != info.shape)
      misfits += "\n  parameter \"" + name + "\": file has " + toString(tensor.shape) + ", model needs " +
                 toString(info.shape);
    if (!Safetensors::isLoadable(tensor.dtype))
      misfits += "\n  parameter \"" + name + "\": file has " + tensor.dtype + ", model takes F32, F16 or BF16";
  }
  for (const auto &[name, tensor] : offered)
    if (options.strict && !names.count(name))
      unexpected.push_back(name);
  if (missing.empty() && unexpected.empty() && misfits.empty())
    return std::nullopt;

  std::string message = "weights in '" + source + "' do not fit model " + modelName + ":";
  if (!missing.empty())
    message += "\n  missing: " + listNames(missing);
  if (!unexpected.empty())
    message += "\n  unexpected: " + listNames(unexpected);
  message += misfits;
  std::string prefix = options.prefix.empty() && !missing.empty() ? explainingPrefix(offered, wanted) : "";
  if (!prefix.empty())
    message +=
        "\n  each parameter is there with \"" + prefix + "\" before its name: load with the prefix \"" + prefix + "\"";
  return Error(StatusCode::Invalid, message);
}

Result<std::vector<Tensor>> nnc::loadParameters(const Safetensors &file, const std::string &modelName,
                                                const std::vector<TensorInfo> &parameters, const LoadOptions &options) {
  std::map<std::string, OfferedTensor> offered;
  for (const auto &[name, entry] : file.entries())
    offered[name] = {entry.dtype, entry.shape};
  if (std::optional<Error> error = checkWeights(offered, file.name(), parameters, modelName, options))
    return *error;
  std::vector<Tensor> tensors;
  for (const TensorInfo &parameter : parameters) {
    Result<Tensor> tensor = file.loadF32(options.prefix + parameter.name);
    if (!tensor)
      return tensor.error();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

Result<std::vector<Tensor>> nnc::loadParameters(const StateDict &state, const std::string &modelName,
                                                const std::vector<TensorInfo> &parameters, const LoadOptions &options) {
  std::map<std::string, OfferedTensor> offered;
  for (const auto &[name, tensor] : state)
    offered[name] = {tensor.dtype() == DType::F32 ? "F32" : "I64", tensor.shape()};
  if (std::optional<Error> error = checkWeights(offered, state.source(), parameters, modelName, options))
    return *error;
  std::vector<Tensor> tensors;
  for (const TensorInfo &parameter : parameters)
    tensors.push_back(*state.find(options.prefix + parameter.name));
  return tensors;
}
