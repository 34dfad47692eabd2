//===- Call.cpp - a model called on tensors -------------------------------===//

#include "Guarded.h"
#include "ModelState.h"

#include <algorithm>

using namespace nnc;

/// Nothing if input `i` is where `model` takes it, and where the first is.
static std::optional<Error> checkDevice(const Model &model, const std::vector<const Tensor *> &inputs, size_t i) {
  Device first = inputs.front()->device(), device = inputs[i]->device();
  const std::string &name = model.inputs()[i].name;
  if (!device.isCpu() && device != model.device())
    return Error(StatusCode::Invalid, "input \"" + name + "\" is on " + device.str() + ", model " + model.name() +
                                          " is on " + model.device().str());
  if (device != first)
    return Error(StatusCode::Invalid, "input \"" + name + "\" is on " + device.str() + ", input \"" +
                                          model.inputs().front().name + "\" on " + first.str() +
                                          "; give all on one device");
  return std::nullopt;
}

Result<int64_t> Model::tryBatchOf(const std::vector<const Tensor *> &inputs) const {
  return guarded([&]() -> Result<int64_t> {
    const Table &table = state->code->table;
    if (inputs.size() != table.inputs.size())
      return Error(StatusCode::Invalid, "model " + table.name + " takes " + std::to_string(table.inputs.size()) +
                                            " inputs, " + std::to_string(inputs.size()) + " were given");
    int64_t batch = table.open && inputs.front()->dim() > 0 ? inputs.front()->shape().front() : 1;
    for (size_t i = 0; i < inputs.size(); ++i) {
      const TensorInfo &info = table.inputs[i];
      auto mismatch = [&](const std::string &given, const std::string &needed) {
        return Error(StatusCode::Invalid,
                     "input \"" + info.name + "\" is " + given + ", model " + table.name + " needs " + needed);
      };
      if (inputs[i]->dtype() != info.dtype)
        return mismatch(toString(inputs[i]->dtype()), toString(info.dtype));
      if (inputs[i]->shape() != shapeOf(info, batch))
        return mismatch(toString(inputs[i]->shape()), describe(info));
      if (std::optional<Error> error = checkDevice(*this, inputs, i))
        return *error;
    }
    return batch;
  });
}

Result<std::vector<Tensor>> Model::tryRun(const std::vector<const Tensor *> &inputs) const {
  return guarded([&]() -> Result<std::vector<Tensor>> {
    Result<int64_t> batch = tryBatchOf(inputs);
    if (!batch)
      return batch.error();
    std::vector<const void *> from;
    for (const Tensor *input : inputs)
      from.push_back(input->rawData());
    std::vector<Tensor> outputs;
    std::vector<void *> to;
    for (const TensorInfo &info : this->outputs()) {
      if (!sizeOfSamples(info, *batch))
        return Error(StatusCode::Invalid, "a batch of " + std::to_string(*batch) + ": output \"" + info.name +
                                              "\" would have more bytes than 63 bits count");
      Device where = inputs.empty() ? Device() : inputs.front()->device();
      Result<Tensor> output = Tensor::tryEmpty(shapeOf(info, *batch), info.dtype, where);
      if (!output)
        return output.error();
      to.push_back(outputs.emplace_back(std::move(*output)).rawData());
    }
    Result<State::Idle> taken = state->take(*batch);
    if (!taken)
      return taken.error();
    Status status = taken->executor->run(from.data(), to.data(), *batch);
    if (!status.ok())
      return Error(status.code, status.message);
    state->giveBack(std::move(*taken));
    return outputs;
  });
}

Result<Model::State::Idle> Model::State::take(int64_t batch) const {
  Idle tooSmall;
  {
    std::lock_guard lock(mutex);
    if (!idle.empty()) {
      Idle last = std::move(idle.back());
      idle.pop_back();
      if (last.maxBatch >= batch)
        return last;
      tooSmall = std::move(last);
    }
  }
  RunnerOptions options;
  options.maxBatch = std::max<int64_t>(batch, 1);
  Result<std::unique_ptr<Executor>> executor = packed->makeExecutor(options);
  if (!executor)
    return executor.error();
  return Idle{options.maxBatch, std::move(*executor)};
}

void Model::State::giveBack(Idle used) const {
  std::lock_guard lock(mutex);
  idle.push_back(std::move(used));
}

Shape nnc::shapeOf(const TensorInfo &info, int64_t batch) {
  Shape shape = info.shape;
  if (info.isOpen())
    shape.front() = batch;
  return shape;
}

std::string nnc::describe(const TensorInfo &info) {
  std::string text = toString(info.shape);
  return info.isOpen() ? "[batch" + text.substr(text.find("-1") + 2) : text;
}
