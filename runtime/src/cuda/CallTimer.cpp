//===- CallTimer.cpp - how long the parts of a call take ------------------===//

#include "cuda/CallTimer.h"

using namespace nnc;
using namespace nnc::cuda;

CallResult CallTimer::enable(std::shared_ptr<const Context> context) {
  shared = std::move(context);
  return shared->within([&] {
    for (CUevent &event : events)
      if (CallResult failed = shared->driver.cuEventCreate(&event, 0))
        return failed;
    return CallResult();
  });
}

CallTimer::~CallTimer() {
  if (!shared)
    return;
  shared->release([&] {
    for (CUevent event : events)
      if (event)
        (void)shared->driver.cuEventDestroy(event);
  });
}

CallResult CallTimer::record(Mark mark, CUstream stream) {
  if (!shared)
    return {};
  hostTimes[mark] = std::chrono::steady_clock::now();
  return shared->driver.cuEventRecord(events[mark], stream);
}

CallResult CallTimer::read() {
  if (!shared)
    return {};
  struct {
    Mark from, to;
    double &us;
  } parts[] = {
      {Begin, CopiedIn, last.copyInUs}, {CopiedIn, Launched, last.kernelsUs}, {Launched, CopiedOut, last.copyOutUs}};
  for (auto &[from, to, us] : parts) {
    float milliseconds = 0;
    if (CallResult failed = shared->driver.cuEventElapsedTime(&milliseconds, events[from], events[to]))
      return failed;
    us = milliseconds * 1e3;
  }
  last.launchUs = std::chrono::duration<double, std::micro>(hostTimes[Launched] - hostTimes[CopiedIn]).count();
  return {};
}
