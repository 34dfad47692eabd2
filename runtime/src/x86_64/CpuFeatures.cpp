//===- CpuFeatures.cpp - what this CPU can do: x86-64 ---------------------===//
//
// The levels are those of the x86-64 psABI, chapter 3.1.1. Bits of cpuid and of XCR0: Intel's Software Developer's
// Manual, volume 2, CPUID, and volume 1, chapter 13.
//
//===----------------------------------------------------------------------===//

#include "CpuFeatures.h"

#include "nnc/abi.h"

#include <cpuid.h>

using namespace nnc;

namespace {

struct Registers {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Registers cpuid(unsigned leaf) {
  Registers r;
  __get_cpuid_count(leaf, 0, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

/// The register states that the operating system saves, XCR0.
uint64_t savedStates() {
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t(high) << 32 | low;
}

bool has(unsigned bits, unsigned wanted) { return (bits & wanted) == wanted; }

uint64_t detect() {
  Registers basic = cpuid(1), extended = cpuid(7), amd = cpuid(0x80000001);
  constexpr unsigned v2 = bit_SSE3 | bit_SSSE3 | bit_SSE4_1 | bit_SSE4_2 | bit_POPCNT | bit_CMPXCHG16B;
  constexpr unsigned v3 = v2 | bit_FMA | bit_MOVBE | bit_F16C | bit_AVX | bit_OSXSAVE;
  constexpr unsigned v3Extended = bit_AVX2 | bit_BMI | bit_BMI2;
  constexpr unsigned v4Extended = bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL;
  constexpr uint64_t avxStates = 0x06, avx512States = 0xe6;
  if (!has(basic.ecx, v3) || !has(extended.ebx, v3Extended) || !has(amd.ecx, bit_LZCNT | bit_LAHF_LM))
    return 0;
  uint64_t states = savedStates();
  if ((states & avxStates) != avxStates)
    return 0;
  if (!has(extended.ebx, v4Extended) || (states & avx512States) != avx512States)
    return NNC_FEATURE_X86_64_V3;
  return NNC_FEATURE_X86_64_V3 | NNC_FEATURE_X86_64_V4;
}

} // namespace

uint32_t nnc::hostMachine() { return NNC_MACHINE_X86_64; }

uint64_t nnc::hostFeatures() {
  static const uint64_t features = detect();
  return features;
}

std::string nnc::levelName(uint64_t features) {
  if (features & NNC_FEATURE_X86_64_V4)
    return "x86-64-v4";
  return features & NNC_FEATURE_X86_64_V3 ? "x86-64-v3" : "less than x86-64-v3";
}
