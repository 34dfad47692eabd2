//===- CallTimer.h - how long the parts of a call take ----------*- C++ -*-===//

#ifndef NNC_RUNTIME_CUDA_CALLTIMER_H
#define NNC_RUNTIME_CUDA_CALLTIMER_H

#include "cuda/Context.h"
#include "nnc/Model.h"

#include <chrono>

namespace nnc::cuda {

/// Marks on a stream between the parts of a call. Does nothing until it is made to.
class CallTimer {
public:
  enum Mark { Begin, CopiedIn, Launched, CopiedOut };

  CallTimer() = default;
  CallTimer(const CallTimer &) = delete;
  ~CallTimer();

  /// Makes the marks.
  CallResult enable(std::shared_ptr<const Context> context);
  bool isEnabled() const { return shared != nullptr; }

  /// Sets a mark behind what `stream` has to do so far; the context is current.
  CallResult record(Mark mark, CUstream stream);
  /// Reads the times of a call that is done.
  CallResult read();
  CallTimes times() const { return last; }

private:
  static constexpr int markCount = 4;

  std::shared_ptr<const Context> shared;
  CUevent events[markCount] = {};
  std::chrono::steady_clock::time_point hostTimes[markCount];
  CallTimes last;
};

} // namespace nnc::cuda

#endif // NNC_RUNTIME_CUDA_CALLTIMER_H
