//===- Parameter.h - a trained tensor of a module ---------------*- C++ -*-===//

#ifndef NNC_NN_PARAMETER_H
#define NNC_NN_PARAMETER_H

#include "nnc/Tensor.h"

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace nnc::nn {

/// A tensor that belongs to a module's weights: a field of the module, named in its NNC_MODULE. A handle, like every
/// Tensor: whoever writes into it changes the module. Prints "Parameter containing:" before its elements.
class Parameter : public Tensor {
public:
  /// The elements of `elements`, shared. Throws Error if they are not f32.
  explicit Parameter(Tensor elements);
};

std::ostream &operator<<(std::ostream &os, const Parameter &parameter);

using NamedParameters = std::vector<std::pair<std::string, Parameter>>;

} // namespace nnc::nn

#endif // NNC_NN_PARAMETER_H
