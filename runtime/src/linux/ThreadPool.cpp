//===- ThreadPool.cpp - worker threads of the process ---------------------===//

#include "ThreadPool.h"

#include <algorithm>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <system_error>
#include <thread>
#include <unistd.h>

using namespace nnc;

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
      std::thread thread([this, &worker = *worker] { serve(worker); });
      worker->thread = thread.native_handle();
      thread.detach();
      workers.push_back(std::move(worker));
    }
  } catch (const std::system_error &) {
    // As many as the system gives.
  }
  workerCount = static_cast<uint32_t>(workers.size());
  busy.store(false, std::memory_order_release);
  return workers.size() >= count;
}

void ThreadPool::waitFor(uint32_t count) const {
  for (SpinWait wait; partsDone.load(std::memory_order_acquire) < count;)
    wait.pause();
}

/// Lets `thread` run on any CPU on which it may, but this one.
static void sendAway(pthread_t thread) {
  cpu_set_t cpus;
  int here = sched_getcpu();
  if (here < 0 || pthread_getaffinity_np(thread, sizeof cpus, &cpus) != 0 || !CPU_ISSET(here, &cpus) ||
      CPU_COUNT(&cpus) == 1)
    return;
  CPU_CLR(here, &cpus);
  pthread_setaffinity_np(thread, sizeof cpus, &cpus);
}

void ThreadPool::Worker::sleep(uint32_t seen) {
  cpu_set_t cpus;
  bool isKnown = pthread_getaffinity_np(pthread_self(), sizeof cpus, &cpus) == 0;
  // Say so before looking once more: either this sees the new offer, or whoever made it sees that this sleeps.
  state = State::Sleeps;
  if (offer == seen)
    syscall(SYS_futex, &offer, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
  State expected = State::Sleeps;
  if (state.compare_exchange_strong(expected, State::Awake))
    return;
  for (SpinWait wait; state != State::Awake;)
    wait.pause();
  if (isKnown)
    pthread_setaffinity_np(pthread_self(), sizeof cpus, &cpus);
}

/// On another CPU than this one: of itself Linux takes the halted CPU of a virtual machine for one that is busy, and
/// lets both threads take turns on one for up to some milliseconds.
void ThreadPool::Worker::wakeIfAsleep() {
  State expected = State::Sleeps;
  if (!state.compare_exchange_strong(expected, State::IsWoken))
    return;
  sendAway(thread);
  state = State::Awake;
  syscall(SYS_futex, &offer, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void ThreadPool::serve(Worker &worker) {
  uint32_t offer = 0;
  for (SpinWait wait;; wait = SpinWait()) {
    while ((offer = worker.offer.load(std::memory_order_acquire)) % 2 == 0) {
      if (!wait.isLong()) {
        wait.pause();
      } else {
        worker.sleep(offer);
        wait = SpinWait();
      }
    }
    if (!worker.offer.compare_exchange_strong(offer, offer + 1))
      continue;
    // Copies: behind the last part that is done the next job may be written.
    const uint32_t phases = worker.phases, parts = worker.parts;
    for (uint32_t phase = 0; phase < phases; ++phase) {
      waitFor(phase * parts);
      worker.work(worker.context, phase, worker.part);
      partsDone.fetch_add(1, std::memory_order_acq_rel);
    }
  }
}

bool ThreadPool::Worker::takeBack() {
  // A worker that is awake may need a microsecond to see it.
  uint32_t seen = offer.load(std::memory_order_relaxed);
  for (SpinWait wait; seen % 2 == 1 && !wait.isPastAMoment(); seen = offer.load(std::memory_order_relaxed))
    wait.pause();
  isTakenBack = seen % 2 == 1 && offer.compare_exchange_strong(seen, seen + 1);
  return isTakenBack;
}

bool ThreadPool::tryRun(uint32_t phases, uint32_t parts, Work work, void *context, bool wakes) {
  if (busy.exchange(true, std::memory_order_acquire))
    return false;
  auto sleeps = [](const std::unique_ptr<Worker> &worker) { return worker->state == Worker::State::Sleeps; };
  if (workers.size() + 1 < parts || (!wakes && std::any_of(workers.begin(), workers.begin() + (parts - 1), sleeps))) {
    busy.store(false, std::memory_order_release);
    return false;
  }
  partsDone.store(0, std::memory_order_relaxed);
  for (uint32_t i = 0; i + 1 < parts; ++i) {
    Worker &worker = *workers[i];
    worker.phases = phases;
    worker.parts = parts;
    worker.work = work;
    worker.context = context;
    ++worker.offer;
    worker.wakeIfAsleep();
  }
  bool hasTakenBack = false;
  for (uint32_t phase = 0; phase < phases; ++phase) {
    waitFor(phase * parts);
    work(context, phase, 0);
    uint32_t done = 1;
    // Where all goes well no worker's cache line is looked at.
    bool looks = phase == 0 ? partsDone.load(std::memory_order_acquire) + 1 < parts : hasTakenBack;
    for (uint32_t i = 0; looks && i + 1 < parts; ++i) {
      Worker &worker = *workers[i];
      if (phase == 0 ? worker.takeBack() : worker.isTakenBack) {
        work(context, phase, worker.part);
        ++done;
      }
    }
    hasTakenBack = done > 1;
    partsDone.fetch_add(done, std::memory_order_acq_rel);
  }
  waitFor(phases * parts);
  busy.store(false, std::memory_order_release);
  return true;
}
