//===- ThreadPool.cpp - worker threads of the process ---------------------===//

#include "ThreadPool.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <system_error>
#include <thread>
#include <unistd.h>

using namespace nnc;

static void sleepWhile(std::atomic<uint32_t> &word, uint32_t value) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

static void wake(std::atomic<uint32_t> &word) { syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0); }

void SpinWait::pause() {
  if (++rounds <= eager)
    return;
  if (rounds > patient) {
    sched_yield();
    return;
  }
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

/// Never destroyed: workers may outlive the statics of the program.
static ThreadPool *&sharedPool() {
  static ThreadPool *pool = nullptr;
  return pool;
}

ThreadPool &ThreadPool::shared() {
  static const bool made = [] {
    sharedPool() = new ThreadPool;
    pthread_atfork(nullptr, nullptr, forgetAfterFork);
    return true;
  }();
  (void)made;
  return *sharedPool();
}

/// The child has none of the threads, and whatever state they were in is not to be looked at.
void ThreadPool::forgetAfterFork() { sharedPool() = new ThreadPool; }

bool ThreadPool::reserve(uint32_t count) {
  if (workerCount >= count)
    return true;
  std::lock_guard<std::mutex> lock(growing);
  // No call may run while the list moves.
  for (SpinWait wait; busy.exchange(true, std::memory_order_acquire);)
    wait.pause();
  try {
    while (workers.size() < count) {
      auto worker = std::make_unique<Worker>();
      worker->part = static_cast<uint32_t>(workers.size()) + 1;
      workers.reserve(workers.size() + 1);
      std::thread([this, &worker = *worker] { serve(worker); }).detach();
      workers.push_back(std::move(worker));
    }
  } catch (const std::system_error &) {
    // As many as the system gives.
  }
  workerCount = static_cast<uint32_t>(workers.size());
  busy.store(false, std::memory_order_release);
  return workers.size() >= count;
}

void ThreadPool::serve(Worker &worker) {
  uint32_t seen = 0;
  for (;;) {
    SpinWait wait;
    while (worker.ticket.load(std::memory_order_acquire) == seen) {
      if (!wait.isLong()) {
        wait.pause();
        continue;
      }
      // Say so before looking once more: either this sees the new ticket, or whoever wrote it sees `sleeps`.
      worker.sleeps = true;
      if (worker.ticket == seen)
        sleepWhile(worker.ticket, seen);
      worker.sleeps = false;
    }
    ++seen;
    worker.work(worker.context, worker.part);
    // Behind this the job is not to be touched.
    pending.fetch_sub(1, std::memory_order_acq_rel);
  }
}

bool ThreadPool::tryRun(uint32_t parts, Work work, void *context) {
  if (busy.exchange(true, std::memory_order_acquire))
    return false;
  if (workers.size() + 1 < parts) {
    busy.store(false, std::memory_order_release);
    return false;
  }
  pending.store(parts - 1, std::memory_order_relaxed);
  for (uint32_t i = 0; i + 1 < parts; ++i) {
    Worker &worker = *workers[i];
    worker.work = work;
    worker.context = context;
    ++worker.ticket;
    if (worker.sleeps)
      wake(worker.ticket);
  }
  work(context, 0);
  for (SpinWait wait; pending.load(std::memory_order_acquire) != 0;)
    wait.pause();
  busy.store(false, std::memory_order_release);
  return true;
}
