//===- Module.h - a model's kernels, loaded ---------------------*- C++ -*-===//

#ifndef NNC_RUNTIME_CUDA_MODULE_H
#define NNC_RUNTIME_CUDA_MODULE_H

#include "cuda/Context.h"
#include "cuda/Variant.h"

namespace nnc::cuda {

/// The kernels of a variant on one GPU. Move-only.
class Module {
public:
  /// Loads the first image of `variants`, which outlive the module, that fits the GPU and that the driver takes.
  /// Errors: System if none fits, or if the driver takes none that fits.
  static Result<Module> load(std::shared_ptr<const Context> context, const std::vector<Variant> &variants,
                             const std::string &modelName);
  Module(Module &&other) noexcept;
  Module &operator=(Module &&) = delete;
  ~Module();

  const Context &context() const { return *shared; }
  const std::shared_ptr<const Context> &sharedContext() const { return shared; }
  const Variant &variant() const { return *chosen; }
  /// "sm_90" or "compute_80", as nvcc spells binaries and PTX.
  std::string_view level() const { return architecture; }
  /// The i-th of the variant's kernels.
  CUfunction function(uint32_t kernel) const { return functions[kernel]; }

private:
  Module(std::shared_ptr<const Context> context, const Variant &variant, const Image &image);

  /// How the driver's call ended, and if it failed what is to be said of it.
  CallResult loadImage(const Image &image, const std::string &modelName, std::optional<Error> &error);
  std::optional<Error> findKernels(const std::string &modelName);

  std::shared_ptr<const Context> shared;
  const Variant *chosen;
  std::string architecture;
  CUmodule handle = nullptr;
  std::vector<CUfunction> functions;
};

} // namespace nnc::cuda

#endif // NNC_RUNTIME_CUDA_MODULE_H
