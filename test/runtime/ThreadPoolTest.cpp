// ThreadPoolTest FOLDER: calls that share the pool, from several threads, inside other calls and across fork, on the
// models that run-model.test has compiled there.

#include "ThreadPool.h"
#include "nnc/Model.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace nnc;

static std::string folder;
static int threadsAtStart = 0;

namespace {

/// A model, an input and what it gives.
struct Case {
  explicit Case(const std::string &weights, int64_t batch = 33)
      : model(Model::load(folder + "/two-layers.so", folder + "/" + weights, "cpu")), x({batch, 37}), batch(batch) {
    for (int64_t i = 0; i < x.numel(); ++i)
      x.data<float>()[i] = static_cast<float>(i * 7919 % 1000) / 500 - 1;
    expected = model(x);
  }

  /// On the pool, however small a call is.
  Runner runner(int threads) const { return model.runner({batch, threads, {}, /*leastSharedFlops=*/0}); }

  /// Whether a call of `runner` gives what it should.
  bool isRightOn(Runner &runner) const {
    Tensor y(expected.shape());
    Status status = runner.run(static_cast<const float *>(x.rawData()), y.data<float>(), batch);
    return status.ok() && std::memcmp(y.rawData(), expected.rawData(), y.sizeBytes()) == 0;
  }

  Model model;
  Tensor x, expected;
  int64_t batch;
};

/// Keeps the pool busy while it lives.
class BusyPool {
public:
  BusyPool() : holder([this] { ThreadPool::shared().tryRun(1, 1, hold, this, /*wakes=*/true); }) {
    while (!held)
      std::this_thread::yield();
  }
  ~BusyPool() {
    released = true;
    holder.join();
  }

private:
  static void hold(void *context, uint32_t, uint32_t) {
    auto &pool = *static_cast<BusyPool *>(context);
    for (pool.held = true; !pool.released;)
      std::this_thread::yield();
  }

  std::atomic<bool> held{false}, released{false};
  std::thread holder;
};

} // namespace

/// Whether `flag` is set within ten seconds, of which a machine full of tests may need some.
static bool comesTrue(const std::atomic<bool> &flag) {
  for (int i = 0; i < 10000 && !flag; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return flag;
}

static int countThreads() {
  int count = 0;
  DIR *tasks = opendir("/proc/self/task");
  while (const dirent *task = readdir(tasks))
    count += task->d_name[0] != '.';
  closedir(tasks);
  return count;
}

TEST(ThreadPool, twoModelsAtOnce) {
  Case cases[] = {Case("two-layers.safetensors"), Case("other.safetensors", 2)};
  std::atomic<int> wrong{0};
  auto work = [&](const Case &of) {
    Runner runner = of.runner(3);
    for (int i = 0; i < 500; ++i)
      wrong += !of.isRightOn(runner);
  };
  std::thread first(work, std::cref(cases[0])), second(work, std::cref(cases[1]));
  first.join();
  second.join();
  EXPECT_EQ(wrong, 0);
}

TEST(ThreadPool, aBusyOneIsNotWaitedFor) {
  Case of("two-layers.safetensors");
  Runner runner = of.runner(3);
  BusyPool busy;
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(of.isRightOn(runner)) << "a call that waits never returns";
}

TEST(ThreadPool, phasesFollowEachOther) {
  constexpr uint32_t phases = 50, parts = 5;
  ASSERT_TRUE(ThreadPool::shared().reserve(parts - 1));
  struct Count {
    std::atomic<uint32_t> done{0}, early{0}, runs[phases][parts] = {};
  } count;
  for (int repeat = 0; repeat < 20; ++repeat)
    ASSERT_TRUE(ThreadPool::shared().tryRun(
        phases, parts,
        [](void *context, uint32_t phase, uint32_t part) {
          auto &count = *static_cast<Count *>(context);
          count.early += count.done % (phases * parts) < phase * parts;
          ++count.runs[phase][part];
          ++count.done;
        },
        &count, /*wakes=*/true));
  EXPECT_EQ(count.early, 0u) << "parts that began before the phase before them was done";
  for (auto &phase : count.runs)
    for (std::atomic<uint32_t> &runs : phase)
      EXPECT_EQ(runs, 20u);
}

/// Lets the first worker do a part, and remembers which thread and how many processors that has.
struct FirstWorker {
  std::atomic<pthread_t> thread{};
  std::atomic<int> processors{0};
  std::atomic<bool> hasBegun{false};

  /// Whether the pool took the work, which it does not if the worker sleeps and is not to be woken.
  bool begins(bool wakes) {
    hasBegun = false;
    return ThreadPool::shared().tryRun(
        1, 2,
        [](void *context, uint32_t, uint32_t part) {
          auto &worker = *static_cast<FirstWorker *>(context);
          if (part == 0) {
            EXPECT_TRUE(comesTrue(worker.hasBegun));
            return;
          }
          worker.thread = pthread_self();
          worker.processors = countProcessors();
          worker.hasBegun = true;
        },
        this, wakes);
  }

  /// Waits until the worker sleeps.
  void fallsAsleep() {
    auto time = std::chrono::milliseconds(10);
    do
      std::this_thread::sleep_for(time *= 2);
    while (begins(/*wakes=*/false) && time < std::chrono::seconds(10));
    ASSERT_LT(time, std::chrono::seconds(10)) << "workers sleep in the end";
  }

  static int countProcessors() {
    cpu_set_t cpus;
    return sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : -1;
  }
};

TEST(ThreadPool, aWorkerThatDoesNotBeginIsNotWaitedFor) {
  ASSERT_TRUE(ThreadPool::shared().reserve(1));
  FirstWorker worker;
  ASSERT_TRUE(worker.begins(/*wakes=*/true));
  // A signal's handler keeps it from its work, as another program on its core would.
  static std::atomic<bool> isHeld, isReleased;
  struct sigaction action = {};
  action.sa_handler = [](int) {
    const timespec moment = {0, 1000000};
    for (isHeld = true; !isReleased;)
      nanosleep(&moment, nullptr);
  };
  sigaction(SIGUSR1, &action, nullptr);
  pthread_kill(worker.thread, SIGUSR1);
  ASSERT_TRUE(comesTrue(isHeld));
  struct Count {
    const pthread_t caller = pthread_self();
    std::atomic<int> own{0};
  } count;
  EXPECT_TRUE(ThreadPool::shared().tryRun(
      3, 2,
      [](void *context, uint32_t, uint32_t) {
        auto &count = *static_cast<Count *>(context);
        count.own += pthread_self() == count.caller;
      },
      &count, /*wakes=*/true));
  EXPECT_EQ(count.own, 3 * 2);
  isReleased = true;
  EXPECT_TRUE(worker.begins(/*wakes=*/true)) << "it works on";
}

TEST(ThreadPool, sleepersAreWokenWhereThatIsAllowed) {
  ASSERT_TRUE(ThreadPool::shared().reserve(1));
  FirstWorker worker;
  for (int i = 0; i < 3; ++i) {
    worker.fallsAsleep();
    EXPECT_TRUE(worker.begins(/*wakes=*/true));
    EXPECT_EQ(worker.processors, FirstWorker::countProcessors()) << "a worker may run where the program may";
  }
}

TEST(ThreadPool, callsWakeWorkersIfTheyAreLongOrManyInARow) {
  Case of("two-layers.safetensors");
  const uint64_t flops = 5880 * 33;
  Runner brief = of.model.runner({of.batch, 2, {}, flops}), lengthy = of.model.runner({of.batch, 2, {}, flops / 64});
  FirstWorker worker;
  worker.fallsAsleep();
  EXPECT_TRUE(of.isRightOn(brief));
  EXPECT_FALSE(worker.begins(/*wakes=*/false)) << "a brief call stays alone";
  // Behind a call that wakes, a worker is awake for a moment only.
  auto wakes = [&](Runner &runner, int calls) {
    bool isAwake = false;
    for (int tries = 0; tries < 1000 && !isAwake; ++tries) {
      worker.fallsAsleep();
      for (int i = 0; i < calls; ++i)
        EXPECT_TRUE(of.isRightOn(runner));
      isAwake = worker.begins(/*wakes=*/false);
    }
    return isAwake;
  };
  EXPECT_TRUE(wakes(lengthy, 1));
  EXPECT_TRUE(wakes(brief, 2));
}

TEST(ThreadPool, callsInsideACallersParallelFor) {
  // Each part of one model's call calls another on the pool, all at once.
  Case outer("two-layers.safetensors"), inner("other.safetensors");
  struct Nested {
    const Case &inner;
    std::atomic<int> wrong{0}, calls{0};
  } nested{inner};
  ParallelFor nest{[](void *self, uint32_t parts, void (*work)(void *, uint32_t), void *context) {
                     auto &nested = *static_cast<Nested *>(self);
                     std::vector<std::thread> threads;
                     for (uint32_t part = 0; part < parts; ++part)
                       threads.emplace_back([&, part] {
                         Runner runner = nested.inner.runner(2);
                         nested.wrong += !nested.inner.isRightOn(runner);
                         ++nested.calls;
                         work(context, part);
                       });
                     for (std::thread &thread : threads)
                       thread.join();
                   },
                   &nested};
  Runner runner = outer.model.runner({outer.batch, 4, nest, /*leastSharedFlops=*/0});
  for (int i = 0; i < 50; ++i)
    EXPECT_TRUE(outer.isRightOn(runner));
  EXPECT_EQ(nested.wrong, 0);
  EXPECT_EQ(nested.calls, 50 * 4);
}

TEST(ThreadPool, callsInsideItsOwnWork) {
  Case of("two-layers.safetensors");
  struct Parts {
    const Case &of;
    std::atomic<int> right{0};
  } parts{of};
  Runner runner = of.runner(3); // makes workers
  ASSERT_TRUE(of.isRightOn(runner));
  EXPECT_TRUE(ThreadPool::shared().tryRun(
      1, 3,
      [](void *context, uint32_t, uint32_t) {
        auto &parts = *static_cast<Parts *>(context);
        Runner runner = parts.of.runner(2);
        parts.right += parts.of.isRightOn(runner);
      },
      &parts, /*wakes=*/true));
  EXPECT_EQ(parts.right, 3);
}

TEST(ThreadPool, manyRunnersShareFewThreads) {
  Case of("two-layers.safetensors");
  for (int i = 0; i < 200; ++i) {
    Runner one = of.runner(1 + i % 8), other = of.runner(8 - i % 8);
    EXPECT_TRUE(of.isRightOn(one));
    EXPECT_TRUE(of.isRightOn(other));
  }
  EXPECT_LE(countThreads(), threadsAtStart + 7);
}

TEST(ThreadPool, workersThatWaitUseNoProcessor) {
  Case of("two-layers.safetensors");
  Runner runner = of.runner(8);
  ASSERT_TRUE(of.isRightOn(runner));
  std::clock_t before = std::clock();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  double seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  EXPECT_LT(seconds, 0.1) << "seven workers that spin would take up to 2.1";
}

TEST(ThreadPool, forkWhileCallsRun) {
  Case of("two-layers.safetensors");
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::thread caller([&] {
    Runner runner = of.runner(3);
    while (!stop)
      wrong += !of.isRightOn(runner);
  });
  Runner runner = of.runner(3);
  for (int i = 0; i < 20; ++i) {
    pid_t child = fork();
    if (child == 0) {
      bool good = of.isRightOn(runner) && ThreadPool::shared().reserve(2);
      Runner another = of.runner(3);
      for (int call = 0; call < 10; ++call)
        good = of.isRightOn(another) && good;
      _exit(good ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    wrong += !of.isRightOn(runner);
  }
  stop = true;
  caller.join();
  EXPECT_EQ(wrong, 0);
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  folder = argv[1];
  threadsAtStart = countThreads();
  return RUN_ALL_TESTS();
}
