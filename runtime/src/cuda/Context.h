//===- Context.h - a GPU in use ---------------------------------*- C++ -*-===//

#ifndef NNC_RUNTIME_CUDA_CONTEXT_H
#define NNC_RUNTIME_CUDA_CONTEXT_H

#include "cuda/DriverError.h"
#include "nnc/Device.h"

#include <memory>

namespace nnc::cuda {

/// The primary context of a GPU, which CUDA programs in this process use too: addresses and streams can be shared with
/// them. It is made with the first model or tensor on the GPU and let go of with the last. It is never left current: a
/// caller's own context is the current one again after each call.
class Context {
public:
  /// Errors: System if there is no driver or no such GPU, if the GPU is too old, or if it gives no context.
  static Result<std::shared_ptr<const Context>> get(int index);
  ~Context();
  Context(const Context &) = delete;

  /// Makes this the thread's current context, until leave().
  CallResult enter() const { return driver.cuCtxPushCurrent(context); }
  CallResult leave() const {
    CUcontext left = nullptr;
    return driver.cuCtxPopCurrent(&left);
  }
  /// body(), a CallResult, in this context; or why it could not be entered or left.
  template <typename Body> CallResult within(Body body) const {
    if (CallResult failed = enter())
      return failed;
    CallResult result = body();
    CallResult left = leave();
    return result ? result : left;
  }

  /// body() for what lets go of things, in this context if it can be entered: nobody is left to be told of a failure.
  template <typename Body> void release(Body body) const {
    bool entered = !enter();
    body();
    if (entered)
      (void)leave();
  }

  /// "WHAT on cuda:1 (NVIDIA A100): ..."
  Error makeError(CallResult failed, const std::string &what) const {
    return cuda::makeError(driver, failed, what + " on " + info.str());
  }
  /// "cuda:1"
  const char *name() const { return deviceName.c_str(); }

  const Driver &driver;
  const GpuInfo info;

private:
  Context(const Driver &driver, GpuInfo info, CUdevice device, CUcontext context)
      : driver(driver), info(std::move(info)), deviceName(this->info.device.str()), device(device), context(context) {}

  std::string deviceName;

  CUdevice device;
  CUcontext context;
};

} // namespace nnc::cuda

#endif // NNC_RUNTIME_CUDA_CONTEXT_H
