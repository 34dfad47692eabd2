//===- Module.cpp - a model's kernels, loaded -----------------------------===//

#include "cuda/Module.h"

using namespace nnc;
using namespace nnc::cuda;

/// What every function may use; more has to be allowed.
static constexpr uint32_t defaultSharedBytes = 48 << 10;

Module::Module(std::shared_ptr<const Context> context, const Variant &variant, const Image &image)
    : shared(std::move(context)), chosen(&variant),
      architecture((image.kind == NNC_CUDA_PTX ? "compute_" : "sm_") + std::to_string(image.arch)) {}

Module::Module(Module &&other) noexcept
    : shared(std::move(other.shared)), chosen(other.chosen), architecture(std::move(other.architecture)),
      handle(std::exchange(other.handle, nullptr)), functions(std::move(other.functions)) {}

Module::~Module() {
  if (handle)
    shared->release([&] { (void)shared->driver.cuModuleUnload(handle); });
}

/// Whether the driver does not take this image, and may take another: it is older than the tools that made the one,
/// say.
static bool isAboutTheImage(CUresult code) {
  switch (code) {
  case CUDA_ERROR_INVALID_IMAGE:
  case CUDA_ERROR_NO_BINARY_FOR_GPU:
  case CUDA_ERROR_INVALID_PTX:
  case CUDA_ERROR_UNSUPPORTED_PTX_VERSION:
  case CUDA_ERROR_JIT_COMPILER_NOT_FOUND:
    return true;
  default:
    return false;
  }
}

Result<Module> Module::load(std::shared_ptr<const Context> context, const std::vector<Variant> &variants,
                            const std::string &modelName) {
  std::string known;
  std::optional<Error> refused;
  for (const Variant &variant : variants)
    for (const Image &image : variant.images) {
      if (!image.fits(context->info.arch)) {
        known += (known.empty() ? "" : ", ") + image.str();
        continue;
      }
      Module module(context, variant, image);
      CallResult failed = module.loadImage(image, modelName, refused);
      if (isAboutTheImage(failed.code))
        continue;
      if (failed)
        return *refused;
      if (std::optional<Error> error = module.findKernels(modelName))
        return *error;
      return module;
    }
  if (refused)
    return *refused;
  return Error(StatusCode::System, "model " + modelName + " has no code for " + context->info.str() + ", which is sm_" +
                                       std::to_string(context->info.arch) + "; it has " + known);
}

CallResult Module::loadImage(const Image &image, const std::string &modelName, std::optional<Error> &error) {
  // As long as a line of the log that is worth reading.
  char log[4096] = "";
  CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  // The size is passed as the pointer itself.
  void *values[] = {log, reinterpret_cast<void *>(sizeof log - 1)};
  CallResult failed =
      shared->within([&] { return shared->driver.cuModuleLoadDataEx(&handle, image.data, 2, options, values); });
  if (failed) {
    error = shared->makeError(failed, "cannot load the code of model " + modelName);
    if (*log)
      error = Error(error->code(), error->message() + "\n" + log);
  }
  return failed;
}

std::optional<Error> Module::findKernels(const std::string &modelName) {
  for (const Kernel &kernel : chosen->kernels) {
    std::string label = std::string("kernel ") + kernel.name + " of model " + modelName;
    if (static_cast<int64_t>(kernel.dynamicSharedSize) > shared->info.sharedBytesPerBlock)
      return Error(StatusCode::System, label + " needs " + std::to_string(kernel.dynamicSharedSize) +
                                           " bytes of shared memory a block, " + shared->info.str() + " has " +
                                           std::to_string(shared->info.sharedBytesPerBlock));
    CUfunction &function = functions.emplace_back();
    CallResult failed = shared->within([&] {
      if (CallResult missing = shared->driver.cuModuleGetFunction(&function, handle, kernel.name))
        return missing;
      if (kernel.dynamicSharedSize <= defaultSharedBytes)
        return CallResult();
      return shared->driver.cuFuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                                               static_cast<int>(kernel.dynamicSharedSize));
    });
    if (failed)
      return shared->makeError(failed, "cannot use " + label);
  }
  return std::nullopt;
}
