//===- InputSpec.cpp - tensors as command lines name them -----------------===//

#include "tools/common/InputSpec.h"

using namespace nnc;

Result<Tensor> nnc::makeInput(const std::string &spec, const TensorInfo &info, Generator &generator) {
  Result<InputStream> stream = InputStream::open(spec, info, generator);
  if (!stream)
    return stream.error();
  Tensor tensor(stream->shape(), stream->dtype());
  if (std::optional<Error> error = stream->read(tensor))
    return *error;
  stream->skip(generator);
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
