//===- DriverError.cpp - what the driver's results mean -------------------===//

#include "cuda/DriverError.h"

using namespace nnc;
using namespace nnc::cuda;

namespace {

struct Explanation {
  CUresult code;
  const char *text; ///< what happened; what to do
};

constexpr char lost[] = "; everything on this GPU is lost: let go of its models, runners and tensors and load again, "
                        "or start the process again";

constexpr Explanation explanations[] = {
    {2, "the GPU has not so much memory free; use a smaller batch, or free memory on it"},
    {3,
     "this process is a child, by fork, of one that used the GPU before, and CUDA does not work in it; fork before the "
     "first use, start another program, or run on the device cpu"},
    {34, "the libcuda.so.1 that was found is the toolkit's stub for linking; put the driver's folder first in "
         "LD_LIBRARY_PATH"},
    {46, "another process has the GPU for itself, or it is closed to programs; look at its compute mode in nvidia-smi"},
    {100, "no NVIDIA GPU is visible; look at nvidia-smi and CUDA_VISIBLE_DEVICES, or run on the device cpu"},
    {101, "there is no such GPU; nnc-run --list-devices shows which there are"},
    {209, "the model has no binary for this GPU; compile it for the GPU's architecture with --cuda-arch"},
    {218, "the driver does not take the model's PTX; compile the model again with a newer nnc"},
    {221, "the driver's compiler for PTX (libnvidia-ptxjitcompiler.so.1) was not found; install the whole driver, or "
          "compile "
          "the model with --cuda-arch for this GPU"},
    {222, "the driver is older than the model's PTX; update it, or compile with --cuda-arch for this GPU"},
    {400, "a stream, or something else that was made before, belongs to another GPU or context or is gone; a caller's "
          "stream has to be of the primary context of the model's GPU"},
    {700, "a kernel used an address outside its memory: a pointer to too little memory, or a defect of nnc"},
    {702, "a kernel ran longer than this GPU's watchdog allows; use a smaller batch, or a GPU without a display"},
    {803, "the driver's library and its kernel module are of different versions; restart the machine"},
    {900,
     "CUDA does not allow this while a stream is captured into a graph; make models and runners before, and give them "
     "memory of the GPU"},
    {901, "the capture of the stream into a graph was broken off by an earlier error; begin it anew"},
};

/// Whether nothing works any more in a context after `code`, by NVIDIA's documentation of CUresult.
bool losesContext(CUresult code) {
  return code == 226 || code == 700 || code == 702 || code == 710 || (code >= 714 && code <= 719) || code == 721 ||
         code == 911;
}

/// Calls write(what happened, what is lost, the result's name).
template <typename Write> auto explain(const Driver &driver, CUresult code, Write write) {
  const char *name = nullptr, *text = nullptr;
  if (driver.cuGetErrorName(code, &name) || !name)
    name = "an unknown result";
  for (const Explanation &explanation : explanations)
    if (explanation.code == code)
      text = explanation.text;
  if (text)
    return write(text, "", losesContext(code) ? lost : "", name);
  if (driver.cuGetErrorString(code, &text) || !text)
    text = "the driver does not say why";
  return write(text, "; the kernel's log (dmesg) may say more", losesContext(code) ? lost : "", name);
}

} // namespace

Error nnc::cuda::makeError(const Driver &driver, CallResult failed, const std::string &what) {
  return explain(driver, failed.code, [&](const char *text, const char *remedy, const char *loss, const char *name) {
    return Error(StatusCode::System, what + ": " + text + remedy + loss + " (" + failed.function + ": " + name + " " +
                                         std::to_string(failed.code) + ")");
  });
}

Status nnc::cuda::makeStatus(const Driver &driver, CallResult failed, const char *what, Message &message) {
  return explain(driver, failed.code, [&](const char *text, const char *remedy, const char *loss, const char *name) {
    return message.fail(StatusCode::System, "%s: %s%s%s (%s: %s %d)", what, text, remedy, loss, failed.function, name,
                        failed.code);
  });
}
