//===- ModelData.cpp - weights and inputs for the interpreter -------------===//

#include "tools/nnc/ModelData.h"

#include "dialects/nn/Model.h"

#include "llvm/Support/raw_ostream.h"

using namespace nnc;

interpreter::Tensor nnc::toInterpreter(const Tensor &tensor) {
  interpreter::Tensor result;
  result.shape = tensor.shape();
  if (tensor.dtype() == DType::F32)
    result.f32.assign(tensor.data<float>(), tensor.data<float>() + tensor.numel());
  else
    result.i64.assign(tensor.data<int64_t>(), tensor.data<int64_t>() + tensor.numel());
  return result;
}

Tensor nnc::toRuntime(const interpreter::Tensor &tensor) {
  bool isIndex = !tensor.i64.empty();
  Tensor result(tensor.shape, isIndex ? DType::I64 : DType::F32);
  if (isIndex)
    llvm::copy(tensor.i64, result.data<int64_t>());
  else
    llvm::copy(tensor.f32, result.data<float>());
  return result;
}

static TensorInfo describeTensor(llvm::StringRef name, mlir::Type type) {
  auto tensor = mlir::cast<mlir::RankedTensorType>(type);
  TensorInfo info{name.str(), tensor.getElementType().isF32() ? DType::F32 : DType::I64, {}};
  for (int64_t extent : tensor.getShape())
    info.shape.push_back(mlir::ShapedType::isDynamic(extent) ? -1 : extent);
  return info;
}

std::vector<TensorInfo> nnc::describeInputs(mlir::func::FuncOp forward) {
  std::vector<TensorInfo> infos;
  for (auto [i, type] : llvm::enumerate(forward.getArgumentTypes()))
    infos.push_back(describeTensor(nn::getInputName(forward, i), type));
  return infos;
}

std::vector<TensorInfo> nnc::describeParameters(mlir::func::FuncOp forward) {
  std::vector<TensorInfo> infos;
  for (const nn::ParameterInfo &parameter : nn::getParameters(forward->getParentOfType<mlir::ModuleOp>()))
    infos.push_back(describeTensor(parameter.name, parameter.type));
  return infos;
}

int nnc::report(const Error &error) {
  llvm::errs() << "nnc: error: " << error.message() << "\n";
  return static_cast<int>(error.code());
}

Result<llvm::StringMap<interpreter::Tensor>> nnc::readParameters(mlir::func::FuncOp forward, const std::string &path) {
  std::vector<TensorInfo> infos = describeParameters(forward);
  llvm::StringMap<interpreter::Tensor> parameters;
  if (infos.empty() && path.empty())
    return parameters;
  if (path.empty())
    return Error(StatusCode::Invalid, "the model has " + std::to_string(infos.size()) +
                                          " parameters; give their weights with -w FILE.safetensors");
  Result<Safetensors> file = Safetensors::read(path);
  if (!file)
    return file.error();
  auto module = forward->getParentOfType<mlir::ModuleOp>();
  Result<std::vector<Tensor>> tensors = loadParameters(*file, module.getName().value_or("").str(), infos);
  if (!tensors)
    return tensors.error();
  for (auto [info, tensor] : llvm::zip_equal(infos, *tensors))
    parameters[info.name] = toInterpreter(tensor);
  return parameters;
}
