// measure-call-overhead MODEL.so WEIGHTS [THREADS]: prints microseconds, medians: what Runner::run costs beyond the
// work, from calls of 0 rows; with THREADS also calls of one row on one thread, and forced onto so many threads. The
// difference is what it costs to share a call, if the model is small enough.

#include "nnc/Model.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace nnc;

/// Of one call, in rounds of `calls`; negative if one fails.
static double medianUs(Runner &runner, const float *x, float *y, int64_t batch) {
  constexpr int rounds = 1001, calls = 100;
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    for (int call = 0; call < calls; ++call)
      if (!runner.run(x, y, batch).ok())
        return -1;
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() /
                    calls);
  }
  std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
  return times[rounds / 2];
}

int main(int argc, char **argv) {
  Model model = Model::load(argv[1], argv[2], "cpu");
  Tensor x = zeros(shapeOf(model.inputs().front(), 1)), y = zeros(shapeOf(model.outputs().front(), 1));
  auto print = [&](RunnerOptions options, int64_t batch) {
    Runner runner = model.runner(options);
    double us = medianUs(runner, x.data<float>(), y.data<float>(), batch);
    std::printf("%.4f us a call of %d rows, threads: %d\n", us, static_cast<int>(batch), options.threads);
    return us >= 0;
  };
  bool good = print({}, 0);
  if (argc > 3)
    for (int threads : {1, std::atoi(argv[3])})
      good = print({1, threads, {}, /*leastSharedFlops=*/0}, 1) && good;
  return good ? 0 : 1;
}
