//===- Measure.cpp - the time that calls take -----------------------------===//

#include "tools/nnc-bench/Measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>

using namespace nnc;

double quantile(const std::vector<double> &times, double q) {
  size_t rank = static_cast<size_t>(std::ceil(q * static_cast<double>(times.size())));
  return times[std::clamp<size_t>(rank, 1, times.size()) - 1];
}

CallData::CallData(const Model &model, int64_t batch) {
  std::mt19937 random(0);
  std::normal_distribution<float> normal;
  for (const TensorInfo &info : model.inputs()) {
    Tensor &input = inputs.emplace_back(shapeOf(info, batch));
    std::generate_n(input.data<float>(), input.numel(), [&] { return normal(random); });
    from.push_back(input.rawData());
  }
  for (const TensorInfo &info : model.outputs())
    to.push_back(outputs.emplace_back(shapeOf(info, batch), info.dtype).rawData());
}

Result<Measured> measure(const Model &model, int64_t batch, int threads, double seconds, MachineMeter &meter) {
  CallData data(model, batch);
  Result<Runner> runner = model.tryRunner({std::max<int64_t>(batch, 1), threads});
  if (!runner)
    return runner.error();

  using Clock = std::chrono::steady_clock;
  auto call = [&]() -> double {
    Clock::time_point start = Clock::now();
    Status status = runner->run(data.from.data(), data.from.size(), data.to.data(), data.to.size(), batch);
    return status.ok() ? std::chrono::duration<double, std::micro>(Clock::now() - start).count() : -1;
  };
  auto secondsFromNow = [](double seconds) {
    return Clock::now() + std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6));
  };
  // Caches, threads that start and clocks that rise.
  constexpr int leastWarmUp = 20;
  Clock::time_point warm = secondsFromNow(std::min(0.1, seconds / 4));
  for (int calls = 0; calls < leastWarmUp || Clock::now() < warm; ++calls)
    if (call() < 0)
      return Error(StatusCode::Invalid, "the model refused a batch of " + std::to_string(batch));

  // The meter and a group of calls in turns. Behind the meter some calls do not count: threads wake up, and the weights
  // come back into the caches, which takes several readings.
  constexpr double wakeSeconds = 0.0002, mostWakeSeconds = 0.05, groupSeconds = 0.02;
  constexpr int readings = 4;
  constexpr size_t least = 30;
  std::vector<double> times;
  std::vector<MachineRates> rates;
  for (Clock::time_point end = secondsFromNow(seconds); times.size() < least || Clock::now() < end;) {
    rates.push_back(meter.measure());
    Clock::time_point awake = secondsFromNow(wakeSeconds), mostAwake = secondsFromNow(mostWakeSeconds);
    for (int calls = 0; Clock::now() < awake || (calls < readings && Clock::now() < mostAwake); ++calls)
      call();
    Clock::time_point groupEnd = secondsFromNow(groupSeconds);
    do
      times.push_back(call());
    while (Clock::now() < groupEnd);
  }
  std::sort(times.begin(), times.end());
  return Measured{
      {quantile(times, 0.5), quantile(times, 0.9), quantile(times, 0.99), quantile(times, 0.999), times.back()},
      medianOf(rates)};
}
