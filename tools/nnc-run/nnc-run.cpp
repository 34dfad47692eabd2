//===- nnc-run.cpp - runs a compiled model --------------------------------===//

#include "tools/common/InputSpec.h"
#include "tools/common/Stdout.h"
#include "tools/nnc-run/Arguments.h"
#include "tools/nnc-run/Info.h"
#include "tools/nnc-run/Results.h"

#include "nnc/Model.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <unistd.h>

using namespace nnc;

/// Rows that are read, run and written at once: at most so many, and fewer if they take more memory than this.
static constexpr int64_t mostChunkRows = 1024, mostChunkBytes = 16 << 20;

static int report(const Error &error) {
  std::fprintf(stderr, "nnc-run: error: %s\n", error.what());
  return static_cast<int>(error.code());
}

/// The inputs of `model` from the command line.
static Result<std::vector<InputStream>> openInputs(const Model &model, const Arguments &arguments) {
  const std::vector<TensorInfo> &infos = model.inputs();
  std::vector<std::string> specs(infos.size());
  for (size_t i = 0; i < arguments.inputs.size(); ++i) {
    Result<NamedSpec> named = parseNamedSpec(arguments.inputs[i], infos, i, "input");
    if (!named)
      return named.error();
    if (!specs[named->index].empty())
      return Error(StatusCode::Invalid, "input '" + infos[named->index].name + "' is given twice");
    specs[named->index] = named->spec;
  }
  if (std::count(specs.begin(), specs.end(), "-") > 1)
    return Error(StatusCode::Invalid, "the standard input, '-', is one input only");
  Generator generator(arguments.seed);
  std::vector<InputStream> inputs;
  for (size_t i = 0; i < infos.size(); ++i) {
    if (specs[i].empty())
      return Error(StatusCode::Invalid, "input '" + infos[i].name + "' of shape " + describe(infos[i]) +
                                            " is missing; give -i " + infos[i].name + "=FILE.npy or -i " +
                                            infos[i].name + "=rand");
    if (i > 0)
      inputs.back().skip(generator);
    Result<InputStream> input = InputStream::open(specs[i], infos[i], generator);
    if (!input)
      return input.error();
    inputs.push_back(std::move(*input));
  }
  return inputs;
}

/// Checks number, types and shapes of `inputs`, and returns their batch.
static Result<int64_t> batchOf(const Model &model, const std::vector<InputStream> &inputs) {
  // Tensors without elements: only what they say of themselves counts.
  std::vector<Tensor> tensors;
  for (const InputStream &input : inputs)
    tensors.push_back(input.dtype() == DType::F32 ? Tensor::view<float>(nullptr, input.shape())
                                                  : Tensor::view<int64_t>(nullptr, input.shape()));
  std::vector<const Tensor *> pointers;
  for (const Tensor &tensor : tensors)
    pointers.push_back(&tensor);
  return model.tryBatchOf(pointers);
}

/// How many of `batch` rows are run at once; a static model's are one.
static int64_t chunkOf(const Model &model, int64_t batch) {
  int64_t rowBytes = 1;
  for (const std::vector<TensorInfo> *infos : {&model.inputs(), &model.outputs()})
    for (const TensorInfo &info : *infos)
      rowBytes += static_cast<int64_t>(Tensor::view<float>(nullptr, shapeOf(info, 1)).numel() * 8);
  return std::clamp<int64_t>(std::min(batch, mostChunkBytes / rowBytes), 1, mostChunkRows);
}

namespace {

/// Runs a model chunk by chunk, so that memory does not grow with the rows.
class ChunkRunner {
public:
  ChunkRunner(const Model &model, int64_t chunk, Runner runner) : open(model.isOpen()), runner(std::move(runner)) {
    for (const TensorInfo &info : model.inputs())
      inputs.emplace_back(shapeOf(info, chunk), info.dtype);
    for (const TensorInfo &info : model.outputs())
      outputs.emplace_back(shapeOf(info, chunk), info.dtype);
  }

  /// Takes `count` rows, at most a chunk, from `streams` to `sinks`.
  std::optional<Error> run(int64_t count, std::vector<InputStream> &streams,
                           std::vector<std::unique_ptr<ResultSink>> &sinks) {
    std::vector<const void *> from;
    std::vector<void *> to;
    for (size_t i = 0; i < inputs.size(); ++i) {
      Tensor rows = firstRows(inputs[i], count);
      if (std::optional<Error> error = streams[i].read(rows))
        return error;
      from.push_back(rows.rawData());
    }
    for (Tensor &output : outputs)
      to.push_back(output.rawData());
    Status status = runner.run(from.data(), from.size(), to.data(), to.size(), count);
    if (!status.ok())
      return Error(status.code, status.message);
    for (std::unique_ptr<ResultSink> &sink : sinks)
      if (std::optional<Error> error = sink->take(firstRows(outputs[sink->output], count)))
        return error;
    return std::nullopt;
  }

private:
  Tensor firstRows(const Tensor &chunk, int64_t count) const { return open ? chunk[Slice(0, count)] : chunk; }

  bool open;
  Runner runner;
  std::vector<Tensor> inputs, outputs; ///< of one chunk
};

} // namespace

/// Runs all rows of `inputs`, with a line of progress if somebody watches.
static std::optional<Error> run(const Model &model, std::vector<InputStream> &inputs, int64_t batch,
                                std::vector<std::unique_ptr<ResultSink>> &sinks, int threads) {
  int64_t chunk = chunkOf(model, batch);
  Result<Runner> runner = model.tryRunner({chunk, threads});
  if (!runner)
    return runner.error();
  ChunkRunner chunks(model, chunk, std::move(*runner));
  bool watched = isatty(STDERR_FILENO) && batch > chunk;
  int64_t first = 0;
  do {
    int64_t count = std::min(chunk, batch - first);
    if (std::optional<Error> error = chunks.run(count, inputs, sinks))
      return error;
    first += count;
    if (watched)
      std::fprintf(stderr, "\r%lld of %lld rows", static_cast<long long>(first), static_cast<long long>(batch));
  } while (first < batch);
  if (watched)
    std::fprintf(stderr, "\n");
  return std::nullopt;
}

/// "cuda:0  NVIDIA A100-SXM4-40GB, sm_80, 39.4 GiB, 108 multiprocessors at 1.41 GHz, driver for CUDA 12.4"
static void printDevices() {
  std::printf("cpu\n");
  Result<std::vector<GpuInfo>> gpus = listGpus();
  if (!gpus) {
    std::printf("no cuda: %s\n", gpus.error().what());
    return;
  }
  for (const GpuInfo &gpu : *gpus) {
    std::printf("%-7s %s, sm_%d, %.1f GiB, %d multiprocessors at %.2f GHz, driver for CUDA %d.%d\n",
                gpu.device.str().c_str(), gpu.name.c_str(), gpu.arch, static_cast<double>(gpu.memoryBytes) / (1 << 30),
                gpu.multiprocessors, gpu.clockGhz, gpu.cudaVersion / 1000, gpu.cudaVersion % 1000 / 10);
    if (std::optional<Error> error = gpu.device.unavailable())
      std::printf("        %s\n", error->what());
  }
}

/// Says why the model is not on a GPU, if somebody may have thought that it is.
static void reportDevice(const Model &model, const Arguments &arguments) {
  auto *entry = static_cast<const nnc_entry *>(nnc_array_at(model.table()->entries, 0));
  if (!model.deviceNote().empty() && (arguments.device || cudaVariantsOf(*entry).count > 0))
    std::fprintf(stderr, "nnc-run: note: runs on the device cpu: %s\n", model.deviceNote().c_str());
}

static int runModel(const Arguments &arguments) {
  if (arguments.listDevices) {
    printDevices();
    return 0;
  }
  if (arguments.info) {
    auto table = Model::tryInspect(arguments.model);
    if (!table)
      return report(table.error());
    printInfo(table->get(), arguments.json);
    return 0;
  }
  Result<Model> model = Model::tryLoad(arguments.model, arguments.weights, arguments.device.value_or("auto"),
                                       {arguments.strict, arguments.prefix});
  if (!model)
    return report(model.error());
  reportDevice(*model, arguments);
  Result<std::vector<InputStream>> inputs = openInputs(*model, arguments);
  if (!inputs)
    return report(inputs.error());
  Result<int64_t> batch = batchOf(*model, *inputs);
  if (!batch)
    return report(batch.error());
  auto sinks = openSinks(*model, *batch, arguments);
  if (!sinks)
    return report(sinks.error());
  if (std::optional<Error> error = run(*model, *inputs, *batch, *sinks, arguments.threads))
    return report(*error);
  bool asExpected = true;
  for (std::unique_ptr<ResultSink> &sink : *sinks) {
    if (std::optional<Error> error = sink->finish())
      return report(*error);
    asExpected &= sink->isExpected();
  }
  return asExpected ? 0 : 1;
}

int main(int argc, char **argv) {
  ParsedArguments parsed = parseArguments(argc, argv);
  if (!parsed.arguments)
    return finishStdout("nnc-run", parsed.exitCode);
  try {
    return finishStdout("nnc-run", runModel(*parsed.arguments));
  } catch (const std::bad_alloc &) {
    return report(Error(StatusCode::System, "out of memory"));
  }
}
