//===- Machine.cpp - what this machine can do at best ---------------------===//

#include "tools/common/Machine.h"

#include "tools/common/ThreadTeam.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

/// Rounds of multiply-adds: at 3 GHz a loop of 12 chains takes 2 ns a round, a chain 1.3 ns.
static constexpr long warmRounds = 100'000, fmaRounds = 500'000, chainRounds = 300'000;
static constexpr double readSeconds = 1e-3;
/// A last-level cache keeps what was read only once for less time than what was read several times.
static constexpr long warmPasses = 4;

MachineRates medianOf(const std::vector<MachineRates> &rates) {
  MachineRates median;
  if (rates.empty())
    return median;
  for (double MachineRates::*rate :
       {&MachineRates::peakGflops, &MachineRates::readGbps, &MachineRates::multiplyAddNs}) {
    std::vector<double> values;
    for (const MachineRates &each : rates)
      values.push_back(each.*rate);
    auto middle = values.begin() + static_cast<long>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    median.*rate = *middle;
  }
  return median;
}

MachineMeter::MachineMeter(std::string_view level, int threads, size_t bytes)
    : fma(findFmaLoop(level)),
      shareBytes(std::max<size_t>(bytes / static_cast<size_t>(threads) / readGranule, 1) * readGranule),
      team(std::make_unique<ThreadTeam>(threads)) {
  for (int thread = 0; thread < threads; ++thread)
    data.push_back(allocateLarge(shareBytes));
  // Each thread writes its own, so that it lies near.
  team->run([](int) {}, [&](int thread) { std::memset(data[static_cast<size_t>(thread)].get(), 1, shareBytes); });
  chooseRead();
}

MachineMeter::~MachineMeter() = default;

/// Seconds for `passes` over the data, behind some that fetch it.
double MachineMeter::readPasses(ReadLoop loop, long passes) {
  auto readOwn = [&](int thread, long times) {
    for (long i = 0; i < times; ++i)
      loop(data[static_cast<size_t>(thread)].get(), shareBytes);
  };
  return team->run([&](int thread) { readOwn(thread, warmPasses); }, [&](int thread) { readOwn(thread, passes); });
}

void MachineMeter::chooseRead() {
  constexpr int repeats = 3;
  double fastest = 0;
  for (ReadLoop loop : findReadLoops()) {
    // So many passes that the clock can tell, then as many as take a while.
    long passes = static_cast<long>((size_t(1) << 18) / shareBytes) + 1;
    double rough = readPasses(loop, passes) / static_cast<double>(passes);
    passes = std::max(1L, static_cast<long>(readSeconds / rough));
    double seconds = 0;
    for (int repeat = 0; repeat < repeats; ++repeat) {
      double pass = readPasses(loop, passes) / static_cast<double>(passes);
      seconds = repeat == 0 ? pass : std::min(seconds, pass);
    }
    if (!read || seconds < fastest)
      read = loop, fastest = seconds;
  }
  readRounds = std::max(1L, static_cast<long>(readSeconds / fastest));
}

MachineRates MachineMeter::measure() {
  // Other threads that spin for a while behind their work go to sleep: each of the team finds a core that is free.
  if (team->size() > 1)
    std::this_thread::sleep_for(std::chrono::microseconds(300));
  MachineRates rates;
  double threads = team->size();
  if (fma.run) {
    double seconds = team->run([&](int) { fma.run(warmRounds); }, [&](int) { fma.run(fmaRounds); });
    rates.peakGflops = fma.flopsARound * fmaRounds * threads / seconds / 1e9;
  }
  if (auto *chain = findFmaChain())
    rates.multiplyAddNs = team->run([](int) {}, [&](int) { chain(chainRounds); }) / chainRounds * 1e9;
  double bytes = static_cast<double>(shareBytes) * threads * static_cast<double>(readRounds);
  rates.readGbps = bytes / readPasses(read, readRounds) / 1e9;
  return rates;
}
