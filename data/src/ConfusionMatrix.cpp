//===- ConfusionMatrix.cpp - how often which class was taken for which ----===//

#include "nnc/data/ConfusionMatrix.h"

#include "nnc/Status.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <ostream>

using namespace nnc;
using namespace nnc::data;

static void requireClassNumbers(const Tensor &predicted, const Tensor &labels) {
  if (predicted.dtype() != DType::I64 || labels.dtype() != DType::I64 || labels.dim() != 1 ||
      predicted.shape() != labels.shape())
    throw Error(StatusCode::Invalid, std::string("predictions are ") + toString(predicted.dtype()) + " " +
                                         toString(predicted.shape()) + " and labels " + toString(labels.dtype()) + " " +
                                         toString(labels.shape()) + "; both are i64 [samples]");
}

static double share(int64_t part, int64_t whole) {
  return whole == 0 ? NAN : static_cast<double>(part) / static_cast<double>(whole);
}

double data::accuracy(const Tensor &predicted, const Tensor &labels) {
  requireClassNumbers(predicted, labels);
  const int64_t *a = predicted.data<int64_t>(), *b = labels.data<int64_t>();
  int64_t count = labels.numel();
  return share(std::inner_product(a, a + count, b, int64_t(0), std::plus<>(), std::equal_to<>()), count);
}

ConfusionMatrix::ConfusionMatrix(std::vector<std::string> classes)
    : names(std::move(classes)), counts(names.size() * names.size()) {}

void ConfusionMatrix::add(const Tensor &predicted, const Tensor &labels) {
  requireClassNumbers(predicted, labels);
  int64_t classes = static_cast<int64_t>(names.size());
  const int64_t *ours = predicted.data<int64_t>(), *right = labels.data<int64_t>();
  for (const int64_t *numbers : {ours, right})
    for (int64_t i = 0; i < labels.numel(); ++i)
      if (numbers[i] < 0 || numbers[i] >= classes)
        throw Error(StatusCode::Invalid, "class " + std::to_string(numbers[i]) + " of " + std::to_string(classes));
  for (int64_t i = 0; i < labels.numel(); ++i)
    ++counts[static_cast<size_t>(right[i] * classes + ours[i])];
}

int64_t ConfusionMatrix::count(int64_t label, int64_t predicted) const {
  return counts[static_cast<size_t>(label) * names.size() + static_cast<size_t>(predicted)];
}

int64_t ConfusionMatrix::correct() const {
  int64_t sum = 0;
  for (size_t i = 0; i < counts.size(); i += names.size() + 1)
    sum += counts[i];
  return sum;
}

int64_t ConfusionMatrix::total() const { return std::accumulate(counts.begin(), counts.end(), int64_t(0)); }

double ConfusionMatrix::accuracy() const { return share(correct(), total()); }

static std::string padLeft(const std::string &text, size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::ostream &data::operator<<(std::ostream &os, const ConfusionMatrix &matrix) {
  int64_t classes = static_cast<int64_t>(matrix.classes().size());
  // Rows begin with the class's number and name; columns have the number alone, which keeps them narrow.
  std::vector<std::string> titles;
  size_t titleWidth = 5, width = std::to_string(classes).size();
  for (int64_t i = 0; i < classes; ++i) {
    titles.push_back(padLeft(std::to_string(i), std::to_string(classes - 1).size()) + " " +
                     matrix.classes()[static_cast<size_t>(i)]);
    titleWidth = std::max(titleWidth, titles.back().size());
    for (int64_t j = 0; j < classes; ++j)
      width = std::max(width, std::to_string(matrix.count(i, j)).size());
  }
  os << "label" << std::string(titleWidth - 5, ' ') << "  predicted as\n" << std::string(titleWidth, ' ');
  for (int64_t j = 0; j < classes; ++j)
    os << "  " << padLeft(std::to_string(j), width);
  os << "    right";
  for (int64_t i = 0; i < classes; ++i) {
    int64_t ofLabel = 0;
    const std::string &title = titles[static_cast<size_t>(i)];
    os << '\n' << title << std::string(titleWidth - title.size(), ' ');
    for (int64_t j = 0; j < classes; ++j) {
      int64_t count = matrix.count(i, j);
      // What is mostly nothing reads best if nothing looks like it.
      os << "  " << padLeft(count ? std::to_string(count) : ".", width);
      ofLabel += count;
    }
    char text[16];
    std::snprintf(text, sizeof text, "%7.1f %%", 100 * share(matrix.count(i, i), ofLabel));
    os << (ofLabel ? text : "");
  }
  return os;
}
