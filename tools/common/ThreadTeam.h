//===- ThreadTeam.h - threads that begin together ---------------*- C++ -*-===//

#ifndef NNC_TOOLS_COMMON_THREADTEAM_H
#define NNC_TOOLS_COMMON_THREADTEAM_H

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

/// The calling thread and others, which sleep between jobs.
class ThreadTeam {
public:
  using Job = std::function<void(int thread)>;

  /// Throws std::system_error if the system has no thread left.
  explicit ThreadTeam(int threads);

  int size() const { return static_cast<int>(spans.size()); }

  /// Runs `prepare` on every thread, then `job`, which all begin together; returns the seconds until the last has done
  /// its job.
  double run(const Job &prepare, const Job &job);

private:
  using Clock = std::chrono::steady_clock;

  /// When a thread began its job and when it was done.
  struct Span {
    Clock::time_point start, end;
  };

  /// Ends the threads that there are, also when the constructor got no more.
  struct Others {
    ThreadTeam &team;
    std::vector<std::thread> threads;
    ~Others();
  };

  void serve(int thread);
  void runPart(int thread);

  std::mutex mutex;
  std::condition_variable changed;
  long round = 0; ///< under `mutex`, as is
  bool ends = false;
  const Job *prepare = nullptr, *job = nullptr;
  std::atomic<int> ready{0}, done{0};
  std::vector<Span> spans;
  Others others{*this, {}};
};

#endif // NNC_TOOLS_COMMON_THREADTEAM_H
