//===- nnc-run.cpp - runs a compiled model --------------------------------===//

#include "tools/common/InputSpec.h"
#include "tools/nnc-run/Arguments.h"
#include "tools/nnc-run/Compare.h"
#include "tools/nnc-run/Info.h"

#include "nnc/Model.h"
#include "nnc/Npy.h"

#include <cstdio>
#include <iostream>
#include <unistd.h>

using namespace nnc;

/// So many rows are run between two looks at the progress.
static constexpr int64_t chunkRows = 1024;

static int report(const Error &error) {
  std::fprintf(stderr, "nnc-run: error: %s\n", error.what());
  return static_cast<int>(error.code());
}

/// The inputs of `model` from the command line.
static Result<std::vector<Tensor>> makeInputs(const Model &model, const Arguments &arguments) {
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
  Generator generator(arguments.seed);
  std::vector<Tensor> inputs;
  for (size_t i = 0; i < infos.size(); ++i) {
    if (specs[i].empty())
      return Error(StatusCode::Invalid, "input '" + infos[i].name + "' of shape " + describe(infos[i]) +
                                            " is missing; give -i " + infos[i].name + "=FILE.npy or -i " +
                                            infos[i].name + "=rand");
    Result<Tensor> input = makeInput(specs[i], infos[i], generator);
    if (!input)
      return input.error();
    inputs.push_back(std::move(*input));
  }
  return inputs;
}

/// Rows [first, first + count) of `tensor`.
static Tensor rowsOf(Tensor &tensor, int64_t first, int64_t count) {
  Shape shape = tensor.shape();
  int64_t rowElements = shape.front() == 0 ? 0 : tensor.numel() / shape.front();
  shape.front() = count;
  if (tensor.dtype() == DType::F32)
    return Tensor::view(tensor.data<float>() + first * rowElements, shape);
  return Tensor::view(tensor.data<int64_t>() + first * rowElements, shape);
}

/// Checks `inputs` and runs them, many rows in chunks with a line of progress if somebody watches.
static Result<std::vector<Tensor>> run(const Model &model, std::vector<Tensor> &inputs, int threads) {
  std::vector<const Tensor *> pointers;
  for (const Tensor &input : inputs)
    pointers.push_back(&input);
  Result<int64_t> checked = model.tryBatchOf(pointers);
  if (!checked)
    return checked.error();
  int64_t batch = *checked, chunk = model.isOpen() ? std::min(batch, chunkRows) : batch;
  std::vector<Tensor> outputs;
  for (const TensorInfo &info : model.outputs())
    outputs.emplace_back(shapeOf(info, batch), info.dtype);
  Result<Runner> runner = model.tryRunner({std::max<int64_t>(chunk, 1), threads});
  if (!runner)
    return runner.error();
  bool watched = isatty(STDERR_FILENO) && batch > chunk;
  int64_t first = 0;
  do {
    int64_t count = std::min(chunk, batch - first);
    std::vector<const void *> from;
    std::vector<void *> to;
    for (Tensor &input : inputs)
      from.push_back(model.isOpen() ? rowsOf(input, first, count).rawData() : input.rawData());
    for (Tensor &output : outputs)
      to.push_back(model.isOpen() ? rowsOf(output, first, count).rawData() : output.rawData());
    Status status = runner->run(from.data(), from.size(), to.data(), to.size(), count);
    if (!status.ok())
      return Error(status.code, status.message);
    first += count;
    if (watched)
      std::fprintf(stderr, "\r%lld of %lld rows", static_cast<long long>(first), static_cast<long long>(batch));
  } while (first < batch);
  if (watched)
    std::fprintf(stderr, "\n");
  return outputs;
}

/// body(index, file) for each of `list`, [NAME=]FILE arguments for results.
template <typename Body>
static std::optional<Error> forEachResult(const std::vector<std::string> &list, const Model &model, Body body) {
  for (size_t i = 0; i < list.size(); ++i) {
    Result<NamedSpec> named = parseNamedSpec(list[i], model.outputs(), i, "result");
    if (!named)
      return named.error();
    if (std::optional<Error> error = body(named->index, named->spec))
      return error;
  }
  return std::nullopt;
}

/// Writes or prints `outputs` and compares them; sets `equal`.
static std::optional<Error> deliver(const Model &model, const std::vector<Tensor> &outputs, const Arguments &arguments,
                                    bool &equal) {
  auto write = [&](size_t index, const std::string &file) { return writeNpy(file, outputs[index]); };
  auto check = [&](size_t index, const std::string &file) -> std::optional<Error> {
    Result<Tensor> expected = readNpy(file);
    if (!expected)
      return expected.error();
    equal &= compare(model.outputs()[index].name, outputs[index], *expected, arguments.tolerance);
    return std::nullopt;
  };
  if (std::optional<Error> error = forEachResult(arguments.outputs, model, write))
    return error;
  if (std::optional<Error> error = forEachResult(arguments.expected, model, check))
    return error;
  if (arguments.outputs.empty() && arguments.expected.empty())
    for (size_t i = 0; i < outputs.size(); ++i)
      std::cout << model.outputs()[i].name << ": " << outputs[i] << '\n';
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
  Result<std::vector<Tensor>> inputs = makeInputs(*model, arguments);
  if (!inputs)
    return report(inputs.error());
  Result<std::vector<Tensor>> outputs = run(*model, *inputs, arguments.threads);
  if (!outputs)
    return report(outputs.error());
  bool equal = true;
  if (std::optional<Error> error = deliver(*model, *outputs, arguments, equal))
    return report(*error);
  std::cout.flush();
  if (!std::cout)
    return report(Error(StatusCode::System, "cannot write to stdout"));
  return equal ? 0 : 1;
}

int main(int argc, char **argv) {
  ParsedArguments parsed = parseArguments(argc, argv);
  if (!parsed.arguments)
    return parsed.exitCode;
  try {
    return runModel(*parsed.arguments);
  } catch (const std::bad_alloc &) {
    return report(Error(StatusCode::System, "out of memory"));
  }
}
