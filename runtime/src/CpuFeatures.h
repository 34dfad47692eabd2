//===- CpuFeatures.h - what this CPU can do ---------------------*- C++ -*-===//

#ifndef NNC_RUNTIME_CPUFEATURES_H
#define NNC_RUNTIME_CPUFEATURES_H

#include <cstdint>
#include <string>

namespace nnc {

/// abi.h's NNC_MACHINE_* of this program, 0 for one that has none.
uint32_t hostMachine();
/// abi.h's NNC_FEATURE_* that this CPU has and the operating system has switched on.
uint64_t hostFeatures();
/// "x86-64-v3": the name of the best level in `features`, for messages.
std::string levelName(uint64_t features);

} // namespace nnc

#endif // NNC_RUNTIME_CPUFEATURES_H
