//===- Model.cpp - a compiled model ---------------------------------------===//

#include "nnc/Model.h"

#include "File.h"
#include "ModelState.h"
#include "nnc/Weights.h"

#include <new>

using namespace nnc;

/// Nothing for a device that runs models.
static std::optional<Error> checkDevice(const std::string &name) {
  if (name == "auto")
    return std::nullopt;
  Result<Device> device = Device::tryParse(name);
  return device ? device->unavailable() : device.error();
}

/// Parameters from the file `path`, or those that the model carries.
static Result<std::vector<Tensor>> readParameters(const Table &table, const std::string &path,
                                                  const LoadOptions &options) {
  const nnc_model *model = table.model;
  if (!path.empty()) {
    Result<Safetensors> file = Safetensors::read(path);
    if (!file)
      return file.error();
    return loadParameters(*file, table.name, table.parameters, options);
  }
  if (table.parameters.empty())
    return std::vector<Tensor>();
  if (!model->weights)
    return Error(StatusCode::Invalid, "model " + table.name + " has " + std::to_string(table.parameters.size()) +
                                          " parameters and carries no weights; give a .safetensors file");
  Result<Safetensors> embedded = Safetensors::parse({static_cast<const char *>(model->weights), model->weights_size},
                                                    "weights embedded in " + table.name);
  if (!embedded)
    return embedded.error();
  return loadParameters(*embedded, table.name, table.parameters, options);
}

static Result<std::vector<Tensor>> readParameters(const Table &table, const StateDict &weights,
                                                  const LoadOptions &options) {
  return loadParameters(weights, table.name, table.parameters, options);
}

/// `body()`, with memory that ran out as an error.
template <typename Body> static auto guarded(Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return Error(StatusCode::System, "out of memory");
  }
}

/// The code of a table that holds what it promises, on `device`.
static Result<std::shared_ptr<const Code>> makeCode(std::shared_ptr<const Library> library, const nnc_model *model,
                                                    const std::string &device) {
  if (std::optional<Error> error = checkDevice(device))
    return *error;
  Result<Table> table = readTable(model);
  if (!table)
    return table.error();
  // The code on the device keeps a reference to the table, which is where it stays from here on.
  std::shared_ptr<Code> code(new Code{std::move(library), std::move(*table), nullptr});
  Result<std::unique_ptr<const DeviceCode>> onDevice = makeCpuCode(code->table);
  if (!onDevice)
    return onDevice.error();
  code->onDevice = std::move(*onDevice);
  return std::shared_ptr<const Code>(std::move(code));
}

template <typename Weights>
Result<Model> Model::make(std::shared_ptr<const Library> library, const nnc_model *model, const Weights &weights,
                          const std::string &device, const LoadOptions &options) {
  Result<std::shared_ptr<const Code>> code = makeCode(std::move(library), model, device);
  if (!code)
    return code.error();
  return make(*code, weights, options);
}

template <typename Weights>
Result<Model> Model::make(std::shared_ptr<const Code> code, const Weights &weights, const LoadOptions &options) {
  Result<std::vector<Tensor>> parameters = readParameters(code->table, weights, options);
  if (!parameters)
    return parameters.error();
  std::vector<const void *> pointers;
  for (const Tensor &parameter : *parameters)
    pointers.push_back(parameter.rawData());
  Result<std::unique_ptr<const PackedModel>> packed = code->onDevice->pack(pointers);
  if (!packed)
    return packed.error();
  return Model(std::shared_ptr<const State>(new State{std::move(code), std::move(*packed)}));
}

static Result<std::shared_ptr<const Library>> loadFile(const std::string &path) {
  Result<std::string> bytes = readFile(path);
  if (!bytes)
    return bytes.error();
  return Library::load(*bytes, path);
}

Result<Model> Model::tryLoad(const std::string &path, const std::string &weights, const std::string &device,
                             const LoadOptions &options) {
  return guarded([&]() -> Result<Model> {
    Result<std::shared_ptr<const Library>> library = loadFile(path);
    if (!library)
      return library.error();
    return make(*library, (*library)->table(), weights, device, options);
  });
}

template <typename Weights>
Result<Model> Model::makeFromMemory(std::string_view bytes, const Weights &weights, const std::string &device,
                                    const LoadOptions &options) {
  return guarded([&]() -> Result<Model> {
    Result<std::shared_ptr<const Library>> library = Library::load(bytes, "model in memory");
    if (!library)
      return library.error();
    return make(*library, (*library)->table(), weights, device, options);
  });
}

Result<Model> Model::tryLoadMemory(std::string_view bytes, const std::string &weights, const std::string &device,
                                   const LoadOptions &options) {
  return makeFromMemory(bytes, weights, device, options);
}

Result<Model> Model::tryLoadMemory(std::string_view bytes, const StateDict &weights, const std::string &device,
                                   const LoadOptions &options) {
  return makeFromMemory(bytes, weights, device, options);
}

Result<Model> Model::tryFromTable(const nnc_model *table, const std::string &weights, const std::string &device,
                                  const LoadOptions &options) {
  return guarded([&]() -> Result<Model> {
    if (!table)
      return Error(StatusCode::Invalid, "the table is null: the model does not speak this version of nnc/abi.h");
    return make(nullptr, table, weights, device, options);
  });
}

Result<std::shared_ptr<const nnc_model>> Model::tryInspect(const std::string &path) {
  return guarded([&]() -> Result<std::shared_ptr<const nnc_model>> {
    Result<std::shared_ptr<const Library>> library = loadFile(path);
    if (!library)
      return library.error();
    Result<Table> table = readTable((*library)->table());
    if (!table)
      return table.error();
    return std::shared_ptr<const nnc_model>(*library, table->model);
  });
}

Result<Model> Model::tryWithWeights(const std::string &weights, const LoadOptions &options) const {
  return guarded([&] { return make(state->code, weights, options); });
}

Result<Model> Model::tryWithWeights(const StateDict &weights, const LoadOptions &options) const {
  return guarded([&] { return make(state->code, weights, options); });
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
    for (const TensorInfo &info : this->outputs())
      to.push_back(outputs.emplace_back(shapeOf(info, *batch), info.dtype).rawData());
    Result<Runner> runner = tryRunner({std::max<int64_t>(*batch, 1), 1});
    if (!runner)
      return runner.error();
    Status status = runner->run(from.data(), from.size(), to.data(), to.size(), *batch);
    if (!status.ok())
      return Error(status.code, status.message);
    return outputs;
  });
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

const std::string &Model::name() const { return state->code->table.name; }
const std::vector<TensorInfo> &Model::inputs() const { return state->code->table.inputs; }
const std::vector<TensorInfo> &Model::outputs() const { return state->code->table.outputs; }
const std::vector<TensorInfo> &Model::parameters() const { return state->code->table.parameters; }
bool Model::isOpen() const { return state->code->table.open; }
std::string_view Model::level() const { return state->code->onDevice->level(); }
const nnc_model *Model::table() const { return state->code->table.model; }
