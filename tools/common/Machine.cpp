//===- Machine.cpp - what this machine can do at best ---------------------===//

#include "tools/common/Machine.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

using Clock = std::chrono::steady_clock;

/// Runs `body(thread)` on `threads` threads that begin together; returns the seconds until the last is done.
static double runTogether(int threads, const std::function<void(int)> &body) {
  std::atomic<int> ready{0};
  std::atomic<bool> go{false};
  std::vector<Clock::time_point> ends(static_cast<size_t>(threads));
  auto run = [&](int thread) {
    body(thread);
    ends[static_cast<size_t>(thread)] = Clock::now();
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i)
    others.emplace_back([&, i] {
      ++ready;
      while (!go)
        ;
      run(i);
    });
  while (ready != threads - 1)
    std::this_thread::yield();
  Clock::time_point start = Clock::now();
  go = true;
  run(0);
  for (std::thread &other : others)
    other.join();
  return std::chrono::duration<double>(*std::max_element(ends.begin(), ends.end()) - start).count();
}

//===----------------------------------------------------------------------===//
// Fused multiply-adds on registers: 12 chains cover the latency of 4 cycles at 2 a cycle.
//===----------------------------------------------------------------------===//

static constexpr long rounds = 2'000'000;
static constexpr int chains = 12;

#if defined(__x86_64__)
// The empty assembly keeps each chain in its register and from being computed at once.
#define NNC_EACH_CHAIN(step)                                                                                           \
  step(0) step(1) step(2) step(3) step(4) step(5) step(6) step(7) step(8) step(9) step(10) step(11)

__attribute__((target("avx512f"))) static void fma512() {
  __m512 a[chains], x = _mm512_set1_ps(0.999f), y = _mm512_set1_ps(0.001f);
  for (__m512 &chain : a)
    chain = y;
  for (long i = 0; i < rounds; ++i) {
#define NNC_STEP(n)                                                                                                    \
  a[n] = _mm512_fmadd_ps(a[n], x, y);                                                                                  \
  __asm__ volatile("" : "+v"(a[n]));
    NNC_EACH_CHAIN(NNC_STEP)
#undef NNC_STEP
  }
}

__attribute__((target("avx2,fma"))) static void fma256() {
  __m256 a[chains], x = _mm256_set1_ps(0.999f), y = _mm256_set1_ps(0.001f);
  for (__m256 &chain : a)
    chain = y;
  for (long i = 0; i < rounds; ++i) {
#define NNC_STEP(n)                                                                                                    \
  a[n] = _mm256_fmadd_ps(a[n], x, y);                                                                                  \
  __asm__ volatile("" : "+x"(a[n]));
    NNC_EACH_CHAIN(NNC_STEP)
#undef NNC_STEP
  }
}
/// One chain, whose steps wait for each other.
__attribute__((target("avx2,fma"))) static void fmaChain() {
  __m256 a = _mm256_set1_ps(0.001f), x = _mm256_set1_ps(0.999f), y = a;
  for (long i = 0; i < rounds; ++i) {
    a = _mm256_fmadd_ps(a, x, y);
    __asm__ volatile("" : "+x"(a));
  }
}
#endif

double measurePeakGflops(const char *level, int threads) {
  void (*loop)() = nullptr;
  double lanes = 0;
#if defined(__x86_64__)
  if (std::strcmp(level, "x86-64-v4") == 0)
    loop = fma512, lanes = 16;
  else if (std::strcmp(level, "x86-64-v3") == 0)
    loop = fma256, lanes = 8;
#endif
  if (!loop)
    return 0;
  double best = 0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    double seconds = runTogether(threads, [&](int) { loop(); });
    best = std::max(best, 2.0 * lanes * chains * rounds * threads / seconds / 1e9);
  }
  return best;
}

double measureMultiplyAddNs() {
#if defined(__x86_64__)
  double best = runTogether(1, [](int) { fmaChain(); });
  for (int repeat = 1; repeat < 5; ++repeat)
    best = std::min(best, runTogether(1, [](int) { fmaChain(); }));
  return best / rounds * 1e9;
#else
  return 0;
#endif
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Sums of eight vectors, with whatever the compiler has for 16 floats.
typedef float Vector __attribute__((vector_size(64), may_alias));

#if defined(__x86_64__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
static void readOnce(const Vector *data, size_t count) {
  Vector sums[8] = {};
  for (size_t i = 0; i + 8 <= count; i += 8)
    for (size_t j = 0; j < 8; ++j)
      sums[j] += data[i + j];
  Vector all = sums[0] + sums[1] + sums[2] + sums[3] + sums[4] + sums[5] + sums[6] + sums[7];
  __asm__ volatile("" : : "m"(all));
}

double measureReadGbps(size_t bytes, int threads) {
  size_t share = std::max<size_t>(bytes / static_cast<size_t>(threads) / sizeof(Vector) / 8 * 8, 8);
  struct alignas(64) Line {
    float values[16];
  };
  std::vector<std::vector<Line>> data(static_cast<size_t>(threads), std::vector<Line>(share));
  double best = 0;
  int passes = static_cast<int>(std::max<size_t>(1, (size_t(128) << 20) / (share * sizeof(Vector))));
  for (int repeat = 0; repeat < 20; ++repeat) {
    double seconds = runTogether(threads, [&](int thread) {
      for (int pass = 0; pass < passes; ++pass)
        readOnce(reinterpret_cast<const Vector *>(data[static_cast<size_t>(thread)].data()), share);
    });
    best = std::max(best, static_cast<double>(share * sizeof(Vector)) * threads * passes / seconds / 1e9);
  }
  return best;
}
