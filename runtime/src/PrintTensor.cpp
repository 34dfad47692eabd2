//===- PrintTensor.cpp - tensors as PyTorch prints them -------------------===//
//
// The rules of torch/_tensor_str.py with its default options: precision 4, line width 80, threshold 1000, 3 edge items.
//
//===----------------------------------------------------------------------===//

#include "nnc/Tensor.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <string_view>

using namespace nnc;

static constexpr int64_t lineWidth = 80, threshold = 1000, edgeItems = 3;

namespace {

/// Formats the elements of one tensor, all with the same width.
class ElementFormat {
public:
  /// Looks at the elements `indices` of `tensor`, those that are printed.
  ElementFormat(const Tensor &tensor, const std::vector<int64_t> &indices) : tensor(tensor) {
    if (tensor.dtype() == DType::I64) {
      for (int64_t index : indices)
        width = std::max(width, text(index).size());
      return;
    }
    double smallest = INFINITY, largest = 0;
    for (int64_t index : indices) {
      double value = tensor.data<float>()[index];
      if (!std::isfinite(value) || value == 0)
        continue;
      smallest = std::min(smallest, std::fabs(value));
      largest = std::max(largest, std::fabs(value));
      whole = whole && value == std::ceil(value);
    }
    if (largest == 0)
      return;
    scientific = largest / smallest > 1000.0 || largest > 1.0e8 || (!whole && smallest < 1.0e-4);
    for (int64_t index : indices) {
      float value = tensor.data<float>()[index];
      if (std::isfinite(value) && value != 0)
        width = std::max(width, text(index).size());
    }
  }

  /// Element `index`, padded to the common width.
  std::string operator()(int64_t index) const {
    std::string element = text(index);
    return std::string(width > element.size() ? width - element.size() : 0, ' ') + element;
  }

  int64_t getWidth() const { return static_cast<int64_t>(width); }

private:
  std::string text(int64_t index) const {
    if (tensor.dtype() == DType::I64)
      return std::to_string(tensor.data<int64_t>()[index]);
    double value = tensor.data<float>()[index];
    if (std::isnan(value))
      return "nan";
    if (std::isinf(value))
      return value < 0 ? "-inf" : "inf";
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, scientific ? "%.4e" : whole ? "%.0f." : "%.4f", value);
    return buffer;
  }

  const Tensor &tensor;
  size_t width = 1;
  bool whole = true, scientific = false;
};

class Printer {
public:
  /// `onHost` has the elements of `tensor`.
  Printer(const Tensor &tensor, const Tensor &onHost)
      : tensor(tensor), shape(tensor.shape()), summarize(tensor.numel() > threshold), format(onHost, shown()) {}

  std::string print() const {
    static constexpr std::string_view prefix = "tensor(";
    std::string text(prefix);
    text += tensor.numel() == 0 ? "[]" : print(0, 0, static_cast<int64_t>(prefix.size()));
    size_t column = text.size() - (text.rfind('\n') + 1) + 2;
    for (const std::string &suffix : suffixes()) {
      // What does not fit the line begins another below the elements.
      bool fits = column + suffix.size() + 2 <= lineWidth;
      text += fits ? ", " : ",\n" + std::string(prefix.size(), ' ');
      text += suffix;
      column = (fits ? column + 2 : prefix.size()) + suffix.size();
    }
    return text + ")";
  }

private:
  std::vector<std::string> suffixes() const {
    std::vector<std::string> list;
    if (tensor.device() != Device())
      list.push_back("device='" + tensor.device().str() + "'");
    if (tensor.numel() == 0 && tensor.dim() != 1)
      list.push_back("size=(" + sizes() + ")");
    if (tensor.numel() == 0 && tensor.dtype() == DType::I64)
      list.push_back("dtype=torch.int64");
    if (tensor.requires_grad())
      list.push_back("requires_grad=True");
    return list;
  }

  /// The positions along an extent that are printed, with -1 for the gap.
  std::vector<int64_t> positions(int64_t extent) const {
    std::vector<int64_t> result;
    for (int64_t i = 0; i < extent; ++i) {
      bool skipped = summarize && extent > 2 * edgeItems && i >= edgeItems && i < extent - edgeItems;
      if (!skipped)
        result.push_back(i);
      else if (i == edgeItems)
        result.push_back(-1);
    }
    return result;
  }

  std::vector<int64_t> shown() const {
    std::vector<int64_t> indices = {0};
    if (tensor.numel() == 0)
      indices.clear();
    for (int64_t extent : shape) {
      std::vector<int64_t> next;
      for (int64_t base : indices)
        for (int64_t position : positions(extent))
          if (position >= 0)
            next.push_back(base * extent + position);
      indices = std::move(next);
    }
    return indices;
  }

  /// The part of the tensor from dimension `dim` on, whose index over the dimensions before is `base`.
  std::string print(size_t dim, int64_t base, int64_t indent) const {
    if (dim == shape.size())
      return format(base);
    std::string text = "[", newLine = "\n" + std::string(static_cast<size_t>(indent) + 1, ' ');
    std::vector<int64_t> list = positions(shape[dim]);
    bool innermost = dim + 1 == shape.size();
    int64_t perLine = std::max<int64_t>(1, (lineWidth - indent) / (format.getWidth() + 2));
    for (size_t i = 0; i < list.size(); ++i) {
      if (i > 0) {
        text += ",";
        if (!innermost)
          text += std::string(shape.size() - dim - 2, '\n') + newLine;
        else
          text += static_cast<int64_t>(i) % perLine == 0 ? newLine : " ";
      }
      if (list[i] < 0)
        text += innermost ? " ..." : "...";
      else
        text += print(dim + 1, base * shape[dim] + list[i], indent + 1);
    }
    return text + "]";
  }

  std::string sizes() const {
    std::string text = toString(shape);
    return text.substr(1, text.size() - 2);
  }

  const Tensor &tensor;
  const Shape &shape;
  bool summarize;
  ElementFormat format;
};

} // namespace

std::string nnc::toString(const Tensor &tensor) {
  Tensor onHost = tensor.to(Device());
  return Printer(tensor, onHost).print();
}

std::ostream &nnc::operator<<(std::ostream &os, const Tensor &tensor) { return os << toString(tensor); }
