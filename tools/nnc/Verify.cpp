//===- Verify.cpp - compiled code against the interpreter -----------------===//

#include "tools/nnc/Verify.h"

#include "tools/common/InputSpec.h"
#include "tools/nnc/ExitCode.h"
#include "tools/nnc/ModelData.h"

#include "dialects/nn/Model.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace llvm;
using namespace nnc;

/// Elements in [-1, 1); with `special`, one in eight is a value that arithmetic treats specially.
static std::vector<Tensor> makeInputs(const std::vector<TensorInfo> &infos, int64_t batch, bool special,
                                      Generator &generator) {
  static const float specials[] = {std::numeric_limits<float>::quiet_NaN(),
                                   std::numeric_limits<float>::infinity(),
                                   -std::numeric_limits<float>::infinity(),
                                   0.0f,
                                   -0.0f,
                                   std::numeric_limits<float>::denorm_min(),
                                   -0x1.8p-140f,
                                   std::numeric_limits<float>::max()};
  std::vector<Tensor> inputs;
  for (const TensorInfo &info : infos) {
    Tensor &input = inputs.emplace_back(shapeOf(info, batch));
    for (float &element : MutableArrayRef<float>(input.data<float>(), input.numel())) {
      element = 2 * generator.uniform() - 1;
      // Whole rows without one stay, so that sums of ordinary numbers are seen as well.
      if (special && generator.uniform() < 0.02f)
        element = specials[static_cast<size_t>(generator.uniform() * std::size(specials))];
    }
  }
  return inputs;
}

static bool sameBits(const Tensor &tensor, int64_t i, const interpreter::Tensor &expected) {
  if (tensor.dtype() == DType::I64)
    return tensor.data<int64_t>()[i] == expected.i64[i];
  float actual = tensor.data<float>()[i];
  return std::memcmp(&actual, &expected.f32[i], sizeof actual) == 0 ||
         (std::isnan(actual) && std::isnan(expected.f32[i]));
}

static std::string formatElement(double value) {
  std::string text;
  raw_string_ostream(text) << format("%.9g (%a)", value, value);
  return text;
}

namespace {

class Verification {
public:
  Verification(mlir::func::FuncOp forward, Model model, StringMap<interpreter::Tensor> parameters)
      : forward(forward), model(std::move(model)), parameters(std::move(parameters)),
        compared(this->model.outputs().size()) {}

  /// Runs one batch in each way and compares; an error is a difference, or a defect.
  std::optional<nnc::Error> run(std::vector<Tensor> inputs, int64_t batch, const std::string &what) {
    SmallVector<interpreter::Tensor> plain;
    for (const Tensor &input : inputs)
      plain.push_back(toInterpreter(input));
    mlir::FailureOr<std::vector<interpreter::Tensor>> expected = interpreter::interpret(forward, plain, parameters);
    if (failed(expected))
      return nnc::Error(StatusCode::Invalid, "the interpreter refused the model");
    for (int parts = 1; parts <= mostParts(); ++parts)
      if (auto error = runAndCompare(inputs, batch, parts, 0, *expected, what))
        return error;
    if (!model.isOpen() || batch < 2)
      return std::nullopt;
    // Rows alone.
    for (int64_t row : {int64_t(0), batch / 2, batch - 1}) {
      std::vector<Tensor> rows;
      for (Tensor &input : inputs) {
        Shape shape = input.shape();
        shape.front() = 1;
        rows.push_back(Tensor::view(input.data<float>() + row * (input.numel() / batch), shape));
      }
      if (auto error = runAndCompare(rows, 1, 1, row, *expected, what + ", row " + std::to_string(row) + " alone"))
        return error;
    }
    return std::nullopt;
  }

  void print(ArrayRef<std::string> batches) {
    for (auto [output, count] : llvm::zip_equal(model.outputs(), compared))
      outs() << output.name << ": " << count << " elements equal the interpreter's bits (" << join(batches, ", ")
             << (model.device().isCpu() ? "; in 1, 2 and 3 parts; " + std::string(model.level())
                                        : "; " + model.device().str())
             << ")\n";
  }

private:
  /// A GPU's calls are not cut.
  int mostParts() const { return model.device().isCpu() ? 3 : 1; }

  /// Runs `inputs`; the results are rows from `firstRow` on of `expected`.
  std::optional<nnc::Error> runAndCompare(const std::vector<Tensor> &inputs, int64_t batch, int parts, int64_t firstRow,
                                          ArrayRef<interpreter::Tensor> expected, const std::string &what) {
    std::vector<const void *> from;
    for (const Tensor &input : inputs)
      from.push_back(input.rawData());
    std::vector<Tensor> outputs;
    std::vector<void *> to;
    for (const TensorInfo &info : model.outputs()) {
      to.push_back(outputs.emplace_back(shapeOf(info, batch), info.dtype).rawData());
      // What is not written shows.
      std::memset(to.back(), 0xa5, outputs.back().sizeBytes());
    }
    Result<Runner> runner = model.tryRunner({std::max<int64_t>(batch, 1), parts, {}, /*leastSharedFlops=*/0});
    if (!runner)
      return runner.error();
    Status status = runner->run(from.data(), from.size(), to.data(), to.size(), batch);
    if (!status.ok())
      return nnc::Error(status.code, status.message);
    for (size_t i = 0; i < outputs.size(); ++i) {
      int64_t rowElements = model.isOpen() && batch > 0 ? outputs[i].numel() / batch : 0;
      if (auto error = compare(model.outputs()[i], outputs[i], expected[i], firstRow * rowElements,
                               what + ", " + std::to_string(parts) + " parts"))
        return error;
      compared[i] += outputs[i].numel();
    }
    return std::nullopt;
  }

  static std::optional<nnc::Error> compare(const TensorInfo &info, const Tensor &actual,
                                           const interpreter::Tensor &expected, int64_t offset,
                                           const std::string &what) {
    interpreter::Tensor rows = expected;
    rows.f32.erase(rows.f32.begin(), rows.f32.begin() + std::min<int64_t>(offset, rows.f32.size()));
    rows.i64.erase(rows.i64.begin(), rows.i64.begin() + std::min<int64_t>(offset, rows.i64.size()));
    for (int64_t i = 0; i < actual.numel(); ++i) {
      if (sameBits(actual, i, rows))
        continue;
      bool isIndex = actual.dtype() == DType::I64;
      double is = isIndex ? static_cast<double>(actual.data<int64_t>()[i]) : actual.data<float>()[i];
      double should = isIndex ? static_cast<double>(rows.i64[i]) : rows.f32[i];
      return nnc::Error(StatusCode::Invalid, "result \"" + info.name + "\" differs (" + what + "): element " +
                                                 std::to_string(i) + " of " + toString(actual.shape()) + " is " +
                                                 formatElement(is) + ", the interpreter has " + formatElement(should));
    }
    return std::nullopt;
  }

  mlir::func::FuncOp forward;
  Model model;
  StringMap<interpreter::Tensor> parameters;
  std::vector<int64_t> compared;
};

} // namespace

/// Verifies the code for `device`, "cpu" or "cuda".
static int verifyOn(const char *device, mlir::func::FuncOp forward, StringRef library,
                    const StringMap<interpreter::Tensor> &parameters, const ToolOptions &options) {
  Result<Model> model = Model::tryLoadMemory({library.data(), library.size()}, options.weights, device);
  if (!model)
    return report(model.error());

  std::vector<TensorInfo> infos = describeInputs(forward);
  std::vector<int64_t> batches = options.verifyBatches;
  if (!model->isOpen())
    batches = {1};
  else if (batches.empty())
    batches = {1, 3, 17, 64};
  constexpr int64_t specialBatch = 29;
  Generator generator(options.seed);
  Verification verification(forward, std::move(*model), parameters);
  std::vector<std::string> names;
  auto run = [&](int64_t batch, bool special) {
    std::string name = nn::isOpenModel(forward) ? "batch " + std::to_string(batch) : "the static shape";
    names.push_back(name + (special ? " with NaN, infinities and subnormals" : ""));
    return verification.run(makeInputs(infos, batch, special, generator), batch, names.back());
  };
  for (int64_t batch : batches)
    if (std::optional<nnc::Error> error = run(batch, false))
      return report(*error);
  if (std::optional<nnc::Error> error = run(specialBatch, true))
    return report(*error);
  verification.print(names);
  return ExitDone;
}

int nnc::verify(mlir::ModuleOp module, StringRef library, const ToolOptions &options) {
  mlir::func::FuncOp forward = nn::getForward(module);
  Result<StringMap<interpreter::Tensor>> parameters = readParameters(forward, options.weights);
  if (!parameters)
    return report(parameters.error());
  int exitCode = ExitDone;
  if (options.compile.cpu)
    exitCode = verifyOn("cpu", forward, library, *parameters, options);
  if (options.compile.cuda && exitCode == ExitDone)
    exitCode = verifyOn("cuda", forward, library, *parameters, options);
  return exitCode;
}
