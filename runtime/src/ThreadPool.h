//===- ThreadPool.h - worker threads of the process -------------*- C++ -*-===//
//
// One pool for all models. A call that wants to be shared takes the whole pool for its duration, or does without: it
// never waits for another. Worker i gets part i + 1, so that what a part reads stays in that core's cache. It is not
// waited for until it has begun: what no worker has begun when the caller is done with its own part, the caller does.
//
// Workers spin for a moment after they had work and then sleep. To wake one takes tens of microseconds. After a fork
// the child has none until it makes new ones.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_RUNTIME_THREADPOOL_H
#define NNC_RUNTIME_THREADPOOL_H

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace nnc {

/// Waits for something that is about to happen on another core; gives its own core away if it takes long, since the
/// other thread may need it.
class SpinWait {
public:
  void pause();
  /// Whether it has taken about a microsecond.
  bool isPastAMoment() const { return rounds >= moment; }
  /// Whether it has taken tens of microseconds.
  bool isLong() const { return rounds >= most; }

private:
  static constexpr unsigned eager = 100; ///< rounds without a pause, which may last longer than the wait
  static constexpr unsigned moment = eager + 40;
  static constexpr unsigned patient = 400; ///< behind these, which take some microseconds, the core is given away
  static constexpr unsigned most = patient + 100;
  unsigned rounds = 0;
};

class ThreadPool {
public:
  using Work = void (*)(void *context, uint32_t phase, uint32_t part);

  static ThreadPool &shared();

  /// Makes workers until there are `count`. Not for a real-time thread. Returns whether the system gave them.
  bool reserve(uint32_t count);

  /// Runs `work` for each part of each phase, part 0 on this thread, and returns when all are done; a phase begins when
  /// all parts of the one before are done. Returns false, and has run nothing, if the pool is busy, if it has fewer
  /// than parts - 1 workers, or if one of these sleeps and `wakes` does not hold. Does not allocate.
  bool tryRun(uint32_t phases, uint32_t parts, Work work, void *context, bool wakes);

private:
  /// A cache line of its own with all that one worker looks at while it waits and when it begins: each line that comes
  /// from another core takes a tenth of a microsecond.
  struct alignas(64) Worker {
    /// Odd: a job is offered. Whoever adds one has it: the worker, or the caller that takes it back.
    std::atomic<uint32_t> offer{0};
    enum class State : uint8_t { Awake, Sleeps, IsWoken };
    std::atomic<State> state{State::Awake};
    bool isTakenBack = false; ///< the caller's note on the job that runs
    uint32_t part = 0;
    // The job, written before its offer.
    uint32_t phases = 0, parts = 0;
    Work work = nullptr;
    void *context = nullptr;
    std::thread::native_handle_type thread{};

    /// Returns when `offer` is no longer `seen`, or before that.
    void sleep(uint32_t seen);
    /// For the caller, behind an offer.
    void wakeIfAsleep();
    /// Whether the job is the caller's own now. No worker has begun it, and none will.
    bool takeBack();
  };

  ThreadPool() = default;
  void serve(Worker &worker);
  /// Returns when `count` parts of the job are done.
  void waitFor(uint32_t count) const;
  static void forgetAfterFork();

  std::mutex growing;
  std::vector<std::unique_ptr<Worker>> workers; ///< grows only while `busy` is held
  std::atomic<uint32_t> workerCount{0};
  alignas(64) std::atomic<bool> busy{false};
  alignas(64) std::atomic<uint32_t> partsDone{0}; ///< of the job, in all its phases
};

} // namespace nnc

#endif // NNC_RUNTIME_THREADPOOL_H
