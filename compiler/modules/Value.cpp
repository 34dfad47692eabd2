//===- Value.cpp - a tensor of a network that is being built --------------===//

#include "nnc/nn/Value.h"

#include "compiler/modules/Trace.h"

#include <ostream>

using namespace nnc;
using namespace nnc::nn;
using detail::Trace;

Value detail::apply(const char *operation, const Value &x, const std::vector<Attribute> &attributes) {
  return Trace::of(x).apply(operation, {x}, attributes);
}

Value Value::argmax(int64_t dim) const { return detail::apply("argmax", *this, {{"dim", dim}}); }

Value Value::argmax() const { return flatten().argmax(0); }

Value Value::flatten(int64_t start_dim, int64_t end_dim) const {
  return detail::apply("flatten", *this, {{"start_dim", start_dim}, {"end_dim", end_dim}});
}

Value Value::softmax(int64_t dim) const { return detail::apply("softmax", *this, {{"dim", dim}}); }

int64_t Value::dim() const { return static_cast<int64_t>(trace->shapeOf(*this).size()); }

int64_t Value::size(int64_t dim) const { return trace->extentOf(*this, dim); }

Size Value::size() const {
  Shape shape = trace->shapeOf(*this);
  for (size_t i = 0; i < shape.size(); ++i)
    shape[i] = size(static_cast<int64_t>(i));
  return Size(shape);
}

std::ostream &nn::operator<<(std::ostream &os, const Value &value) {
  os << "nn::Value of shape [";
  const char *comma = "";
  for (int64_t extent : Trace::of(value).shapeOf(value)) {
    os << comma << (extent < 0 ? "batch" : std::to_string(extent));
    comma = ", ";
  }
  return os << ']';
}
