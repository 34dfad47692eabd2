//===- Results.h - where results go, piece by piece -------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCRUN_RESULTS_H
#define NNC_TOOLS_NNCRUN_RESULTS_H

#include "tools/nnc-run/Arguments.h"

#include "nnc/Model.h"

#include <memory>

/// Takes one result of a model as its rows come.
class ResultSink {
public:
  explicit ResultSink(size_t output) : output(output) {}
  virtual ~ResultSink() = default;

  /// The next rows of the model's result number `output`.
  [[nodiscard]] virtual std::optional<nnc::Error> take(const nnc::Tensor &rows) = 0;
  /// All rows were taken.
  [[nodiscard]] virtual std::optional<nnc::Error> finish() = 0;
  /// Whether the result is what was expected, after finish().
  virtual bool isExpected() const { return true; }

  const size_t output;
};

/// What `arguments` ask for: files to write, files to compare with, or else everything printed. Errors: an argument
/// that names no result, a file that cannot be read or written.
nnc::Result<std::vector<std::unique_ptr<ResultSink>>> openSinks(const nnc::Model &model, int64_t batch,
                                                                const Arguments &arguments);

#endif // NNC_TOOLS_NNCRUN_RESULTS_H
