//===- PrintModule.cpp - modules as PyTorch prints them -------------------===//
//
// The rules of torch/nn/modules/module.py and container.py: a line for each child, two spaces deeper.
//
//===----------------------------------------------------------------------===//

#include "compiler/modules/ModuleWalk.h"

#include <ostream>

using namespace nnc;
using namespace nnc::nn;

static std::string print(const Module &module);

namespace {

/// The printed children of one module.
struct ChildPrinter : FieldVisitor {
  void visitModule(const std::string &name, const Module &child) override { children.push_back({name, print(child)}); }
  void visitParameter(const std::string &, const Parameter &) override {}

  std::vector<std::pair<std::string, std::string>> children; ///< name, text
};

} // namespace

/// `text` with all lines but the first two spaces deeper.
static std::string indent(std::string text) {
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
    text.insert(at + 1, "  ");
  return text;
}

static std::string print(const Module &module) {
  ChildPrinter printer;
  module.nncVisitFields(printer);
  const auto &children = printer.children;
  std::string name = module.nncTypeName(), extra = module.extra_repr(), lines;
  if (children.empty() && extra.find('\n') == std::string::npos)
    return name + "(" + extra + ")";
  if (!extra.empty())
    lines += "\n  " + indent(extra);
  bool collapses = detail::ModuleAccess::collapsesChildren(module);
  for (size_t first = 0, end; first < children.size(); first = end) {
    const auto &[childName, text] = children[first];
    for (end = first + 1; collapses && end < children.size() && children[end].second == text;)
      ++end;
    std::string label = childName, count;
    if (end - first > 1) {
      label += "-" + children[end - 1].first;
      count = std::to_string(end - first) + " x ";
    }
    lines += "\n  (" + label + "): " + count + indent(text);
  }
  return name + "(" + lines + "\n)";
}

std::ostream &nn::operator<<(std::ostream &os, const Module &module) { return os << print(module); }

std::ostream &nn::operator<<(std::ostream &os, const Parameter &parameter) {
  return os << "Parameter containing:\n" << static_cast<const Tensor &>(parameter);
}
