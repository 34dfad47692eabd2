//===- MachineLoops.h - loops that do nothing but keep a core busy -*- C++ -*-===//

#ifndef NNC_TOOLS_COMMON_MACHINELOOPS_H
#define NNC_TOOLS_COMMON_MACHINELOOPS_H

#include <cstddef>
#include <string_view>
#include <vector>

/// A loop of fused multiply-adds on registers alone.
struct FmaLoop {
  void (*run)(long rounds) = nullptr; ///< null where there is none
  double flopsARound = 0;
};

/// The fastest there is with the vectors of `level` ("x86-64-v4", ...).
FmaLoop findFmaLoop(std::string_view level);

/// One multiply-add a round, each of which needs the result of the one before. Null on a machine without.
void (*findFmaChain())(long rounds);

/// Reads `bytes` from `data` on once; both are multiples of readGranule.
using ReadLoop = void (*)(const char *data, size_t bytes);
inline constexpr size_t readGranule = 1024;

/// Ways to read with this machine's widest vectors. Which is fastest depends on where the data is.
std::vector<ReadLoop> findReadLoops();

#endif // NNC_TOOLS_COMMON_MACHINELOOPS_H
