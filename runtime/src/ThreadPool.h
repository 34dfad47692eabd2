//===- ThreadPool.h - worker threads of the process -------------*- C++ -*-===//
//
// One pool for all models. A call that wants to be shared takes the whole pool for its duration, or does without: it
// never waits for another. Worker i always gets part i + 1, so that what a part reads stays in that core's cache.
//
// Workers spin for a moment after they had work and then sleep. After a fork the child has none until it makes new
// ones.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_RUNTIME_THREADPOOL_H
#define NNC_RUNTIME_THREADPOOL_H

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace nnc {

/// Waits for something that is about to happen on another core; gives its own core away if it takes long, since the
/// other thread may need it.
class SpinWait {
public:
  void pause();
  /// Whether it has taken tens of microseconds.
  bool isLong() const { return rounds >= most; }

private:
  static constexpr unsigned eager = 100;   ///< rounds without a pause, which may last longer than the wait
  static constexpr unsigned patient = 400; ///< behind these, which take some microseconds, the core is given away
  static constexpr unsigned most = patient + 100;
  unsigned rounds = 0;
};

class ThreadPool {
public:
  using Work = void (*)(void *context, uint32_t part);

  static ThreadPool &shared();

  /// Makes workers until there are `count`. Not for a real-time thread. Returns whether the system gave them.
  bool reserve(uint32_t count);

  /// Runs `work` for parts 0 to parts - 1, part 0 on this thread, and returns when all are done. Returns false, and has
  /// run nothing, if the pool is busy or has fewer than parts - 1 workers. Does not allocate.
  bool tryRun(uint32_t parts, Work work, void *context);

private:
  /// A cache line of its own with all that one worker looks at while it waits and when it begins: each line that comes
  /// from another core takes a tenth of a microsecond.
  struct alignas(64) Worker {
    std::atomic<uint32_t> ticket{0}; ///< goes up with each job for this worker
    std::atomic<bool> sleeps{false};
    uint32_t part = 0;
    Work work = nullptr; ///< the job, written before its ticket
    void *context = nullptr;
  };

  ThreadPool() = default;
  void serve(Worker &worker);
  static void forgetAfterFork();

  std::mutex growing;
  std::vector<std::unique_ptr<Worker>> workers; ///< grows only while `busy` is held
  std::atomic<uint32_t> workerCount{0};
  alignas(64) std::atomic<bool> busy{false};
  alignas(64) std::atomic<uint32_t> pending{0};
};

} // namespace nnc

#endif // NNC_RUNTIME_THREADPOOL_H
