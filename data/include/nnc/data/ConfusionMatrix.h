//===- ConfusionMatrix.h - how often which class was taken for which -*- C++ -*-===//
//
//     data::ConfusionMatrix matrix(test_data.classes());
//     matrix.add(logits.argmax(1), labels);
//     std::cout << matrix.correct() << " of " << matrix.total() << '\n' << matrix << '\n';
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DATA_CONFUSIONMATRIX_H
#define NNC_DATA_CONFUSIONMATRIX_H

#include "nnc/Tensor.h"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace nnc::data {

/// The share of `predicted` that equals `labels`, both i64 [samples]; of none it is NaN. Throws Error if they are of
/// another form.
double accuracy(const Tensor &predicted, const Tensor &labels);

/// Counts predictions by the class of the label and the class predicted.
class ConfusionMatrix {
public:
  /// Classes by number.
  explicit ConfusionMatrix(std::vector<std::string> classes);

  /// Adds predictions: both i64 [samples]. Throws Error if they are of another form or a class is not there; then
  /// nothing is added.
  void add(const Tensor &predicted, const Tensor &labels);

  /// How many samples of class `label` were predicted as `predicted`; classes that are there.
  int64_t count(int64_t label, int64_t predicted) const;
  int64_t correct() const;
  int64_t total() const;
  /// correct() / total(); of none it is NaN.
  double accuracy() const;
  const std::vector<std::string> &classes() const { return names; }

private:
  std::vector<std::string> names;
  std::vector<int64_t> counts; ///< [label][predicted]
};

/// A row for each label, a column for each prediction, and behind them the share that is right.
std::ostream &operator<<(std::ostream &os, const ConfusionMatrix &matrix);

} // namespace nnc::data

#endif // NNC_DATA_CONFUSIONMATRIX_H
