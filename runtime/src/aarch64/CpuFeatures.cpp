//===- CpuFeatures.cpp - what this CPU can do: aarch64 --------------------===//

#include "CpuFeatures.h"

#include "nnc/abi.h"

uint32_t nnc::hostMachine() { return NNC_MACHINE_AARCH64; }

/// NEON and FMA are part of the architecture; there are no further levels yet.
uint64_t nnc::hostFeatures() { return 0; }

std::string nnc::levelName(uint64_t) { return "armv8-a"; }
