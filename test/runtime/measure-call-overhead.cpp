// measure-call-overhead MODEL.so WEIGHTS: what Runner::run costs beyond the work, as the median time of calls with a
// batch of 0 rows. Prints microseconds.

#include "nnc/Model.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

int main(int, char **argv) {
  nnc::Model model = nnc::Model::load(argv[1], argv[2], "cpu");
  nnc::Runner runner = model.runner();
  float x = 0, y = 0;
  constexpr int rounds = 1001, calls = 1000;
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    for (int call = 0; call < calls; ++call)
      if (!runner.run(&x, &y, 0).ok())
        return 1;
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() /
                    calls);
  }
  std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
  std::printf("%.4f us a call\n", times[rounds / 2]);
}
