//===- Results.cpp - where results go, piece by piece ---------------------===//

#include "tools/nnc-run/Results.h"

#include "tools/common/InputSpec.h"
#include "tools/nnc-run/Comparison.h"

#include "nnc/Npy.h"

#include <cstring>
#include <iostream>

using namespace nnc;

namespace {

class FileSink : public ResultSink {
public:
  FileSink(size_t output, NpyWriter writer) : ResultSink(output), writer(std::move(writer)) {}

  std::optional<Error> take(const Tensor &rows) override { return writer.write(rows.rawData(), rows.sizeBytes()); }
  std::optional<Error> finish() override { return writer.finish(); }

private:
  NpyWriter writer;
};

/// Compares with a file of the same shape and type.
class CompareSink : public ResultSink {
public:
  CompareSink(size_t output, NpyReader reader, Comparison comparison)
      : ResultSink(output), reader(std::move(reader)), comparison(std::move(comparison)) {}

  std::optional<Error> take(const Tensor &rows) override {
    Tensor expected(rows.shape(), rows.dtype());
    if (std::optional<Error> error = reader.read(expected.rawData(), expected.sizeBytes()))
      return error;
    comparison.add(rows, expected);
    return std::nullopt;
  }
  std::optional<Error> finish() override {
    comparison.print();
    return std::nullopt;
  }
  bool isExpected() const override { return comparison.isWithinTolerance(); }

private:
  NpyReader reader;
  Comparison comparison;
};

/// A file of another shape or type: there is nothing to compare.
class MismatchSink : public ResultSink {
public:
  MismatchSink(size_t output, std::string message) : ResultSink(output), message(std::move(message)) {}

  std::optional<Error> take(const Tensor &) override { return std::nullopt; }
  std::optional<Error> finish() override {
    std::cout << message << '\n';
    return std::nullopt;
  }
  bool isExpected() const override { return false; }

private:
  std::string message;
};

/// Prints the whole, for which it is kept: how a tensor is printed depends on all of its elements.
class PrintSink : public ResultSink {
public:
  PrintSink(size_t output, const TensorInfo &info, int64_t batch)
      : ResultSink(output), name(info.name), whole(shapeOf(info, batch), info.dtype) {}

  std::optional<Error> take(const Tensor &rows) override {
    if (rows.sizeBytes() > 0)
      std::memcpy(static_cast<char *>(whole.rawData()) + done, rows.rawData(), rows.sizeBytes());
    done += rows.sizeBytes();
    return std::nullopt;
  }
  std::optional<Error> finish() override {
    std::cout << name << ": " << whole << '\n';
    return std::nullopt;
  }

private:
  std::string name;
  Tensor whole;
  size_t done = 0;
};

using Sinks = std::vector<std::unique_ptr<ResultSink>>;

/// Opens the sinks one after the other.
class SinkOpener {
public:
  SinkOpener(const Model &model, int64_t batch, double tolerance) : model(model), batch(batch), tolerance(tolerance) {}

  std::optional<Error> write(size_t output, const std::string &file) {
    const TensorInfo &info = model.outputs()[output];
    Result<NpyWriter> writer = NpyWriter::open(file == "-" ? "/dev/stdout" : file, shapeOf(info, batch), info.dtype);
    if (!writer)
      return writer.error();
    sinks.push_back(std::make_unique<FileSink>(output, std::move(*writer)));
    return std::nullopt;
  }

  std::optional<Error> compare(size_t output, const std::string &file) {
    const TensorInfo &info = model.outputs()[output];
    Result<NpyReader> reader = NpyReader::open(file);
    if (!reader)
      return reader.error();
    Shape shape = shapeOf(info, batch);
    if (reader->shape() == shape && reader->dtype() == info.dtype)
      sinks.push_back(
          std::make_unique<CompareSink>(output, std::move(*reader), Comparison(info.name, shape, tolerance)));
    else
      sinks.push_back(std::make_unique<MismatchSink>(
          output, info.name + ": is " + toString(info.dtype) + " " + toString(shape) + ", expected " +
                      toString(reader->dtype()) + " " + toString(reader->shape())));
    return std::nullopt;
  }

  void print(size_t output) { sinks.push_back(std::make_unique<PrintSink>(output, model.outputs()[output], batch)); }

  /// open(output, file) for each of `list`, [NAME=]FILE arguments.
  template <typename Open> std::optional<Error> forEach(const std::vector<std::string> &list, Open open) {
    for (size_t i = 0; i < list.size(); ++i) {
      Result<NamedSpec> named = parseNamedSpec(list[i], model.outputs(), i, "result");
      if (!named)
        return named.error();
      if (std::optional<Error> error = open(named->index, named->spec))
        return error;
    }
    return std::nullopt;
  }

  Sinks sinks;

private:
  const Model &model;
  int64_t batch;
  double tolerance;
};

} // namespace

Result<Sinks> openSinks(const Model &model, int64_t batch, const Arguments &arguments) {
  SinkOpener opener(model, batch, arguments.tolerance);
  auto write = [&](size_t output, const std::string &file) { return opener.write(output, file); };
  auto compare = [&](size_t output, const std::string &file) { return opener.compare(output, file); };
  if (std::optional<Error> error = opener.forEach(arguments.outputs, write))
    return *error;
  if (std::optional<Error> error = opener.forEach(arguments.expected, compare))
    return *error;
  if (opener.sinks.empty())
    for (size_t i = 0; i < model.outputs().size(); ++i)
      opener.print(i);
  return std::move(opener.sinks);
}
