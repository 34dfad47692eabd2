//===- Trace.cpp - every value of a model as a file -----------------------===//

#include "tools/nnc/Trace.h"

#include "tools/common/InputSpec.h"
#include "tools/nnc/ExitCode.h"
#include "tools/nnc/ModelData.h"

#include "dialects/nn/Model.h"
#include "nnc/Npy.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace nnc;

static Result<std::vector<Tensor>> makeInputs(mlir::func::FuncOp forward, const ToolOptions &options) {
  std::vector<TensorInfo> infos = describeInputs(forward);
  std::vector<std::string> specs(infos.size(), "rand");
  for (auto [position, argument] : enumerate(options.inputs)) {
    Result<NamedSpec> named = parseNamedSpec(argument, infos, position, "input");
    if (!named)
      return named.error();
    specs[named->index] = named->spec;
  }
  Generator generator(options.seed);
  std::vector<Tensor> inputs;
  for (auto [info, spec] : zip_equal(infos, specs)) {
    Result<Tensor> input = makeInput(spec, info, generator);
    if (!input)
      return input.error();
    inputs.push_back(std::move(*input));
  }
  return inputs;
}

/// "x", "fc.weight", "linear": what the value is, as part of a file's name.
static std::string nameOf(mlir::func::FuncOp forward, mlir::Value value) {
  std::string name;
  if (auto argument = mlir::dyn_cast<mlir::BlockArgument>(value))
    name = nn::getInputName(forward, argument.getArgNumber()).str();
  else if (auto parameter = value.getDefiningOp<nn::ParameterOp>())
    name = parameter.getName().str();
  else
    name = value.getDefiningOp()->getName().stripDialect().str();
  for (char &c : name)
    if (!isAlnum(c) && !StringRef("._-").contains(c))
      c = '_';
  return name;
}

int nnc::trace(mlir::ModuleOp module, const ToolOptions &options) {
  mlir::func::FuncOp forward = nn::getForward(module);
  Result<StringMap<interpreter::Tensor>> parameters = readParameters(forward, options.weights);
  if (!parameters)
    return report(parameters.error());
  Result<std::vector<Tensor>> inputs = makeInputs(forward, options);
  if (!inputs)
    return report(inputs.error());
  if (std::error_code error = sys::fs::create_directories(options.trace))
    return report(
        nnc::Error(StatusCode::System, "cannot make the directory '" + options.trace + "': " + error.message()));

  SmallVector<interpreter::Tensor> plain;
  for (const Tensor &input : *inputs)
    plain.push_back(toInterpreter(input));
  std::optional<nnc::Error> failure;
  unsigned number = 0;
  auto write = [&](mlir::Value value, const interpreter::Tensor &tensor) {
    std::string file;
    raw_string_ostream(file) << format("%03u-", number++) << nameOf(forward, value) << ".npy";
    if (!failure)
      failure = writeNpy(options.trace + "/" + file, toRuntime(tensor));
    outs() << file << "  " << toString(tensor.shape) << "\n";
  };
  mlir::FailureOr<std::vector<interpreter::Tensor>> results =
      interpreter::interpret(forward, plain, *parameters, write);
  if (failed(results))
    return ExitInvalid;
  return failure ? report(*failure) : static_cast<int>(ExitDone);
}
