//===- nnc-bench.cpp - how fast a compiled model is -----------------------===//

#include "tools/common/Machine.h"
#include "tools/common/Stdout.h"
#include "tools/nnc-bench/Arguments.h"
#include "tools/nnc-bench/GpuBench.h"
#include "tools/nnc-bench/Measure.h"
#include "tools/nnc-bench/Measurement.h"
#include "tools/nnc-bench/Roofline.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

using namespace nnc;

static int report(const Error &error) {
  std::fprintf(stderr, "nnc-bench: error: %s\n", error.what());
  return static_cast<int>(error.code());
}

/// Bytes of `tensors` for one sample.
static double bytesOf(const std::vector<TensorInfo> &tensors) {
  double sum = 0;
  for (const TensorInfo &info : tensors) {
    double bytes = static_cast<double>(sizeOf(info.dtype));
    for (int64_t extent : shapeOf(info, 1))
      bytes *= static_cast<double>(extent);
    sum += bytes;
  }
  return sum;
}

/// Multiply-adds of which each waits for the one before, where each linear takes the result of the one before.
static double chainStepsOf(const Model &model) {
  double sum = 0;
  for (const TensorInfo &info : model.parameters())
    if (info.shape.size() == 2) // a weight (out, in)
      sum += static_cast<double>(info.shape[1]);
  return sum;
}

/// Measures all that `arguments` ask for and prints it line by line.
static Result<std::vector<Measurement>> measureAll(const Model &model, const Arguments &arguments) {
  const nnc_entry *entry = static_cast<const nnc_entry *>(nnc_array_at(model.table()->entries, 0));
  Measurement measurement;
  measurement.model = model.name();
  measurement.level = model.level();
  measurement.weightBytes = bytesOf(model.parameters());
  std::printf("%s, %s, %llu FLOPs a sample, %.0f bytes of weights\n", measurement.model.c_str(),
              measurement.level.c_str(), static_cast<unsigned long long>(entry->flops_per_sample),
              measurement.weightBytes);
  Result<Loading> loading = measureLoading(model, arguments.model, arguments.weights);
  if (!loading)
    return loading.error();
  measurement.loading = *loading;
  measurement.chainSteps = chainStepsOf(model);
  print(*loading);
  printHeading();
  std::vector<Measurement> all;
  for (int64_t threads : arguments.threads) {
    measurement.threads = threads;
    MachineMeter meter(measurement.level, static_cast<int>(threads), static_cast<size_t>(measurement.weightBytes));
    for (int64_t batch : model.isOpen() ? arguments.batches : std::vector<int64_t>{1}) {
      double samples = static_cast<double>(batch);
      measurement.batch = batch;
      measurement.flops = static_cast<double>(entry->flops_per_sample) * samples;
      measurement.dataBytes = (bytesOf(model.inputs()) + bytesOf(model.outputs())) * samples;
      Result<Measured> measured = measure(model, batch, static_cast<int>(threads), arguments.seconds, meter);
      if (!measured)
        return measured.error();
      measurement.times = measured->times;
      measurement.limits = measured->limits;
      print(measurement);
      all.push_back(measurement);
    }
  }
  return all;
}

static std::optional<Error> writeText(const std::string &path, const std::string &text) {
  std::FILE *file = std::fopen(path.c_str(), "w");
  bool good = file && std::fputs(text.c_str(), file) >= 0;
  good = file && std::fclose(file) == 0 && good;
  if (good)
    return std::nullopt;
  return Error(StatusCode::System, "cannot write '" + path + "': " + std::strerror(errno));
}

static int run(const Arguments &arguments) {
  Result<Model> model = Model::tryLoad(arguments.model, arguments.weights, arguments.device);
  if (!model)
    return report(model.error());
  if (!model->device().isCpu()) {
    Result<std::string> json = benchOnGpu(*model, bytesOf(model->parameters()), arguments);
    if (!json)
      return report(json.error());
    std::optional<Error> error = arguments.json.empty() ? std::nullopt : writeText(arguments.json, *json);
    return error ? report(*error) : 0;
  }
  Result<std::vector<Measurement>> measurements = measureAll(*model, arguments);
  if (!measurements)
    return report(measurements.error());
  if (!arguments.json.empty())
    if (std::optional<Error> error = writeText(arguments.json, toJson(*measurements)))
      return report(*error);
  if (!arguments.plot.empty())
    if (std::optional<Error> error = writeText(arguments.plot, drawRoofline(*measurements)))
      return report(*error);
  return 0;
}

int main(int argc, char **argv) {
  ParsedArguments parsed = parseArguments(argc, argv);
  if (!parsed.arguments)
    return finishStdout("nnc-bench", parsed.exitCode);
  try {
    return finishStdout("nnc-bench", run(*parsed.arguments));
  } catch (const std::bad_alloc &) {
    return report(Error(StatusCode::System, "out of memory"));
  } catch (const std::system_error &error) {
    return report(Error(StatusCode::System, std::string("no more threads: ") + error.what()));
  }
}
