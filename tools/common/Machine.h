//===- Machine.h - what this machine can do at best -------------*- C++ -*-===//
//
//   MachineMeter meter("x86-64-v4", /*threads=*/2, weightBytes);
//   std::vector<MachineRates> rates;
//   while (...) {
//     rates.push_back(meter.measure());   // some milliseconds
//     ...                                 // some calls of the code that is to be compared with the machine
//   }
//   double share = gflops / medianOf(rates).peakGflops;
//
//===----------------------------------------------------------------------===//

#ifndef NNC_TOOLS_COMMON_MACHINE_H
#define NNC_TOOLS_COMMON_MACHINE_H

#include "tools/common/LargeMemory.h"
#include "tools/common/MachineLoops.h"

#include <memory>
#include <string_view>
#include <vector>

class ThreadTeam;

/// What some threads of a machine do at best. Zeros where there is no meter.
struct MachineRates {
  double peakGflops = 0;    ///< f32 multiply-adds on registers alone, of all threads together
  double readGbps = 0;      ///< of all threads together
  double multiplyAddNs = 0; ///< from one multiply-add of a thread to the next that needs its result
};

/// The median of each rate; zeros without any.
MachineRates medianOf(const std::vector<MachineRates> &rates);

/// Measures this machine, a little at a time: the clocks of many drift within seconds, and only what was measured in
/// turns can be compared.
class MachineMeter {
public:
  /// For code of `level` ("x86-64-v4", ...) on `threads` threads that together read `bytes` again and again, each its
  /// own share. Throws std::bad_alloc and std::system_error where there is no memory for the bytes, or no thread.
  MachineMeter(std::string_view level, int threads, size_t bytes);
  ~MachineMeter();

  /// Takes some milliseconds.
  MachineRates measure();

private:
  double readPasses(ReadLoop loop, long passes);
  void chooseRead();

  FmaLoop fma;
  ReadLoop read = nullptr;
  long readRounds = 1;
  size_t shareBytes;             ///< of a thread
  std::vector<LargeMemory> data; ///< of each thread
  std::unique_ptr<ThreadTeam> team;
};

#endif // NNC_TOOLS_COMMON_MACHINE_H
