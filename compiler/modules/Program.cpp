//===- Program.cpp - a module compiled for some inputs --------------------===//

#include "compiler/modules/Program.h"

#include "compiler/modules/ModuleState.h"
#include "compiler/modules/Trace.h"
#include "nnc/nn/Export.h"

#include <algorithm>
#include <map>
#include <memory>

using namespace nnc;
using namespace nnc::nn;
using detail::Trace;

/// The trace of `module` with the batch open, or closed where it has to be.
static std::shared_ptr<Trace> trace(const Module &module, const ModuleWalk &walk, const std::vector<Shape> &inputs) {
  bool mayBeOpen = std::all_of(inputs.begin(), inputs.end(), [&](const Shape &shape) {
    return !shape.empty() && !inputs.front().empty() && shape.front() == inputs.front().front();
  });
  if (mayBeOpen) {
    try {
      return Trace::make(module, walk, inputs, /*open=*/true);
    } catch (const detail::BatchIsNeeded &) {
    }
  }
  return Trace::make(module, walk, inputs, /*open=*/false);
}

//===----------------------------------------------------------------------===//
// Compiled text
//===----------------------------------------------------------------------===//

namespace {

/// What was made of one text for one device.
struct CompiledText {
  std::mutex mutex;           ///< held while compiling: whoever wants the same waits
  std::string library;        ///< empty until then
  std::optional<Model> model; ///< loaded, if there are no parameters to keep in memory with it
};

} // namespace

/// The entry for `text` on `device`, which lives as long as the process.
static CompiledText &findCompiled(const std::string &text, const Device &device) {
  static std::mutex mutex;
  // Never destroyed: models in it would outlive the GPU's driver, which ends with the process too.
  static auto &all = *new std::map<std::pair<std::string, std::string>, std::unique_ptr<CompiledText>>;
  std::lock_guard lock(mutex);
  std::unique_ptr<CompiledText> &entry = all[{text, device.str()}];
  if (!entry)
    entry = std::make_unique<CompiledText>();
  return *entry;
}

static Model makeModel(Trace &trace, const StateDict &parameters, const Device &device) {
  CompiledText &compiled = findCompiled(trace.print(), device);
  std::lock_guard lock(compiled.mutex);
  if (compiled.model)
    return *compiled.model;
  if (compiled.library.empty())
    compiled.library = trace.compile(device);
  Model model = Model::tryLoadMemory(compiled.library, parameters, device.str()).orThrow();
  if (parameters.size() == 0)
    compiled.model = model;
  return model;
}

//===----------------------------------------------------------------------===//
// Program
//===----------------------------------------------------------------------===//

static std::vector<uint64_t> fingerprintsOf(const StateDict &parameters) {
  std::vector<uint64_t> result;
  for (const auto &[name, parameter] : parameters)
    result.push_back(parameter.fingerprint());
  return result;
}

Program::Program(const Module &module, const ModuleWalk &walk, const std::vector<Shape> &shapes, const Device &device) {
  std::shared_ptr<Trace> traced = trace(module, walk, shapes);
  for (const ModuleWalk::FoundParameter &found : walk.parameters)
    if (found.isFirst)
      parameters.add(found.name, found.parameter);
  fingerprints = fingerprintsOf(parameters);
  model = makeModel(*traced, parameters, device);
  for (const TensorInfo &info : model->inputs())
    inputs.push_back(info.shape);
}

bool Program::takes(const std::vector<Shape> &shapes, const Device &device) const {
  if (shapes.size() != inputs.size() || device != model->device())
    return false;
  for (size_t i = 0; i < shapes.size(); ++i) {
    Shape wanted = inputs[i];
    if (model->isOpen() && !shapes.front().empty())
      wanted.front() = shapes.front().front();
    if (shapes[i] != wanted)
      return false;
  }
  return true;
}

Model Program::withCurrentParameters() {
  std::vector<uint64_t> now = fingerprintsOf(parameters);
  if (now != fingerprints) {
    model = model->tryWithWeights(parameters).orThrow();
    fingerprints = std::move(now);
  }
  return *model;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// Where `module` runs: where its parameters are; without any, where the inputs are.
static Device deviceOf(const Module &module, const ModuleWalk &walk, const Device &inputs) {
  if (walk.parameters.empty())
    return inputs;
  const ModuleWalk::FoundParameter &first = walk.parameters.front();
  for (const ModuleWalk::FoundParameter &found : walk.parameters)
    if (found.parameter.device() != first.parameter.device())
      throw Error(StatusCode::Invalid, std::string(module.nncTypeName()) + ": parameter " + first.name + " is on " +
                                           first.parameter.device().str() + ", " + found.name + " on " +
                                           found.parameter.device().str() + "; call to() with one device");
  return first.parameter.device();
}

/// The model to run for inputs of these shapes, the first of which is on `inputDevice`.
static Model prepare(const Module &module, const std::vector<Shape> &inputs, const Device &inputDevice) {
  Module::State &state = detail::ModuleAccess::state(module);
  ModuleWalk walk(module);
  Device device = deviceOf(module, walk, inputDevice);
  std::vector<ElementsId> structure = walk.structure();
  std::lock_guard lock(state.mutex);
  if (!state.structure.empty() && structure != state.structure)
    throw Error(StatusCode::Invalid, std::string(module.nncTypeName()) +
                                         ": its modules or parameters are others than in its first call; make a new "
                                         "module, or write into the parameters that it has");
  auto found = std::find_if(state.programs.begin(), state.programs.end(),
                            [&](const Program &program) { return program.takes(inputs, device); });
  if (found == state.programs.end())
    found = state.programs.insert(found, Program(module, walk, inputs, device));
  if (state.structure.empty()) {
    state.structure = std::move(structure);
    for (const ModuleWalk::FoundModule &place : walk.modules)
      detail::ModuleAccess::state(*place.module).called = true;
  }
  return found->withCurrentParameters();
}

std::vector<Tensor> detail::run(const Module &module, const std::vector<const Tensor *> &inputs) {
  std::vector<Shape> shapes;
  for (const Tensor *input : inputs) {
    if (input->dtype() != DType::F32)
      throw Error(StatusCode::Invalid, std::string(module.nncTypeName()) + ": input " + std::to_string(shapes.size()) +
                                           " is " + toString(input->dtype()) + "; modules take f32");
    shapes.push_back(input->shape());
  }
  Device device = inputs.empty() ? Device() : inputs.front()->device();
  return prepare(module, shapes, device).run(inputs);
}

std::string nn::exportModel(const Module &module, const std::vector<Shape> &inputs) {
  return trace(module, ModuleWalk(module), inputs)->print();
}
