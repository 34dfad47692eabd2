//===- Activations.cpp - modules that apply a function to elements --------===//

#include "nnc/nn/Activations.h"

using namespace nnc;
using namespace nnc::nn;

Activation::Activation(const char *typeName, const char *operation, const Constants &constants, bool names)
    : typeName(typeName), operation(operation) {
  for (const auto &[name, value] : constants) {
    if (value.overflowsFloat())
      throw Error(StatusCode::Invalid,
                  std::string(typeName) + ": " + name + " is " + value.str() + ", too large for f32");
    attributes.push_back({name, value.toFloat()});
    repr += (repr.empty() ? "" : ", ") + (names ? std::string(name) + "=" : "") + value.str();
  }
}

GELU::GELU(const std::string &approximate) : Activation("GELU", "gelu") {
  if (approximate != "none" && approximate != "tanh")
    throw Error(StatusCode::Invalid, "GELU: approximate is '" + approximate + "'; there are 'none' and 'tanh'");
  attributes.push_back({"approximate", approximate});
  repr = "approximate='" + approximate + "'";
}
