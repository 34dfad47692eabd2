//===- Model.cpp - a compiled model ---------------------------------------===//

#include "nnc/Model.h"

#include "File.h"
#include "Guarded.h"
#include "ModelState.h"
#include "nnc/Weights.h"

using namespace nnc;

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

/// The code of a table that holds what it promises, on `device`; `note` says why there, if that is known already.
static Result<std::shared_ptr<const Code>> makeCode(std::shared_ptr<const Library> library, const nnc_model *model,
                                                    const std::string &device, const std::string &note = {}) {
  Result<Table> table = readTable(model);
  if (!table)
    return table.error();
  // The code on the device keeps a reference to the table, which is where it stays from here on.
  std::shared_ptr<Code> code(new Code{std::move(library), std::move(*table), {}});
  Result<ChosenCode> chosen = chooseCode(code->table, device);
  if (!chosen)
    return chosen.error();
  code->chosen = std::move(*chosen);
  if (!note.empty())
    code->chosen.note = note;
  return std::shared_ptr<const Code>(std::move(code));
}

template <typename Weights>
Result<Model> Model::make(std::shared_ptr<const Library> library, const nnc_model *model, const Weights &weights,
                          const std::string &device, const LoadOptions &options) {
  Result<std::shared_ptr<const Code>> code = makeCode(library, model, device);
  if (!code)
    return code.error();
  Result<Model> made = make(*code, weights, options);
  if (made || device != "auto" || (*code)->chosen.code->device().isCpu())
    return made;
  // The GPU took the code and failed with the weights.
  Result<std::shared_ptr<const Code>> onCpu = makeCode(std::move(library), model, "cpu", made.error().message());
  return onCpu ? make(*onCpu, weights, options) : made;
}

template <typename Weights>
Result<Model> Model::make(std::shared_ptr<const Code> code, const Weights &weights, const LoadOptions &options) {
  Result<std::vector<Tensor>> parameters = readParameters(code->table, weights, options);
  if (!parameters)
    return parameters.error();
  std::vector<const void *> pointers;
  for (Tensor &parameter : *parameters) {
    Result<Tensor> onHost = parameter.tryTo(Device());
    if (!onHost)
      return onHost.error();
    parameter = std::move(*onHost);
    pointers.push_back(std::as_const(parameter).rawData());
  }
  Result<std::unique_ptr<const PackedModel>> packed = code->chosen.code->pack(pointers);
  if (!packed)
    return packed.error();
  auto state = std::make_shared<State>();
  state->code = std::move(code);
  state->packed = std::move(*packed);
  return Model(std::move(state));
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

const std::string &Model::name() const { return state->code->table.name; }
const std::vector<TensorInfo> &Model::inputs() const { return state->code->table.inputs; }
const std::vector<TensorInfo> &Model::outputs() const { return state->code->table.outputs; }
const std::vector<TensorInfo> &Model::parameters() const { return state->code->table.parameters; }
bool Model::isOpen() const { return state->code->table.open; }
Device Model::device() const { return state->code->chosen.code->device(); }
const std::string &Model::deviceNote() const { return state->code->chosen.note; }
std::string_view Model::level() const { return state->code->chosen.code->level(); }
const nnc_model *Model::table() const { return state->code->table.model; }
