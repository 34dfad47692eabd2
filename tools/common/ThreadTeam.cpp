//===- ThreadTeam.cpp - threads that begin together -----------------------===//

#include "tools/common/ThreadTeam.h"

#include <algorithm>

/// Gives the core away now and then: there may be fewer cores than threads.
static void waitFor(const std::atomic<int> &count, int value) {
  for (int spins = 1; count.load(std::memory_order_acquire) < value; ++spins)
    if (spins % 4096 == 0)
      std::this_thread::yield();
}

ThreadTeam::ThreadTeam(int threads) : spans(static_cast<size_t>(threads)) {
  for (int thread = 1; thread < threads; ++thread)
    others.threads.emplace_back([this, thread] { serve(thread); });
}

ThreadTeam::Others::~Others() {
  {
    std::lock_guard lock(team.mutex);
    team.ends = true;
  }
  team.changed.notify_all();
  for (std::thread &thread : threads)
    thread.join();
}

void ThreadTeam::serve(int thread) {
  for (long seen = 0;; ++seen) {
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return ends || round > seen; });
      if (ends)
        return;
    }
    runPart(thread);
    done.fetch_add(1, std::memory_order_acq_rel);
  }
}

void ThreadTeam::runPart(int thread) {
  (*prepare)(thread);
  ready.fetch_add(1, std::memory_order_acq_rel);
  waitFor(ready, size());
  Span &span = spans[static_cast<size_t>(thread)];
  span.start = Clock::now();
  (*job)(thread);
  span.end = Clock::now();
}

double ThreadTeam::run(const Job &newPrepare, const Job &newJob) {
  {
    std::lock_guard lock(mutex);
    prepare = &newPrepare, job = &newJob;
    ready = done = 0;
    ++round;
  }
  changed.notify_all();
  runPart(0);
  waitFor(done, size() - 1);
  Span whole = spans.front();
  for (const Span &span : spans)
    whole = {std::min(whole.start, span.start), std::max(whole.end, span.end)};
  return std::chrono::duration<double>(whole.end - whole.start).count();
}
