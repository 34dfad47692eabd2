//===- CpuTarget.cpp - the CPU levels code is generated for ---------------===//

#include "compiler/codegen/CpuTarget.h"

#include "nnc/abi.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace nnc::codegen;

/// Main tiles: 6x64 keeps 24 of AVX-512's 32 registers as accumulators and loads 10 times for 24 multiply-adds; 6x16
/// keeps 12 of AVX2's 16. Both leave room for the weights and one broadcast. 8x48 keeps 24 too and takes 16 bytes of
/// weights from L2 in a cycle where 6x64 takes 21.
static constexpr MainTile avx512Tile{/*rows=*/6, /*panels=*/2, /*panelVectors=*/2, /*packsRows=*/false};
static constexpr MainTile avx512LargeTile{/*rows=*/8, /*panels=*/1, /*panelVectors=*/3, /*packsRows=*/true};
static constexpr MainTile avx2Tile{/*rows=*/6, /*panels=*/1, /*panelVectors=*/2, /*packsRows=*/false};
static constexpr MainTile neonTile{/*rows=*/6, /*panels=*/1, /*panelVectors=*/4, /*packsRows=*/false};

static constexpr CpuLevel levels[] = {
    {"x86-64-v4", "x86_64", "x86-64-v4", "", NNC_MACHINE_X86_64, NNC_FEATURE_X86_64_V3 | NNC_FEATURE_X86_64_V4,
     /*lanes=*/16, /*registers=*/32, /*fewRows=*/8, /*narrowColumns=*/7, avx512Tile, avx512LargeTile},
    {"x86-64-v3", "x86_64", "x86-64-v3", "", NNC_MACHINE_X86_64, NNC_FEATURE_X86_64_V3,
     /*lanes=*/8, /*registers=*/16, /*fewRows=*/6, /*narrowColumns=*/4, avx2Tile, avx2Tile},
    {"armv8-a", "aarch64", "generic", "+neon", NNC_MACHINE_AARCH64, 0,
     /*lanes=*/4, /*registers=*/32, /*fewRows=*/6, /*narrowColumns=*/2, neonTile, neonTile},
};

ArrayRef<CpuLevel> nnc::codegen::getCpuLevels() { return levels; }

std::string CpuTarget::symbolSuffix() const {
  std::string suffix = level->name.str();
  std::replace(suffix.begin(), suffix.end(), '-', '_');
  return suffix;
}

/// The x86-64 psABI's level-3 and level-4 features, by LLVM's names. LLVM takes them from cpuid and XGETBV.
static const CpuLevel *findHostLevel(StringRef arch) {
  static constexpr StringLiteral v3[] = {"avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe", "xsave"};
  static constexpr StringLiteral v4[] = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"};
  StringMap<bool> host = sys::getHostCPUFeatures();
  auto has = [&](StringRef feature) { return host.lookup(feature); };
  for (const CpuLevel &level : levels) {
    if (level.arch != arch)
      continue;
    if ((level.features & NNC_FEATURE_X86_64_V3) && !all_of(v3, has))
      continue;
    if ((level.features & NNC_FEATURE_X86_64_V4) && !all_of(v4, has))
      continue;
    return &level;
  }
  return nullptr;
}

Expected<const CpuLevel *> nnc::codegen::getPlainestLevel(StringRef triple) {
  StringRef arch = Triple::getArchTypeName(Triple(triple).getArch());
  for (const CpuLevel &level : reverse(levels))
    if (level.arch == arch)
      return &level;
  return createStringError(std::errc::not_supported,
                           "no CPU level is known for '%s'; there are some for x86_64 and aarch64",
                           triple.str().c_str());
}

static Expected<CpuTarget> parseNative(const Triple &triple) {
  if (triple.getArch() != Triple(sys::getDefaultTargetTriple()).getArch()) {
    // Nothing to ask.
    Expected<const CpuLevel *> plainest = getPlainestLevel(triple.str());
    if (!plainest)
      return plainest.takeError();
    return CpuTarget{*plainest, ""};
  }
  if (const CpuLevel *level = findHostLevel(Triple::getArchTypeName(triple.getArch())))
    return CpuTarget{level, sys::getHostCPUName().str()};
  return createStringError(std::errc::not_supported,
                           "this CPU lacks features of every level nnc compiles for; name one with -mcpu");
}

Expected<std::vector<CpuTarget>> nnc::codegen::parseCpuTargets(StringRef cpus, StringRef tripleText) {
  Triple triple(tripleText);
  StringRef arch = Triple::getArchTypeName(triple.getArch());
  SmallVector<StringRef> names;
  (cpus.empty() ? StringRef("native") : cpus).split(names, ',');
  std::vector<CpuTarget> targets;
  for (StringRef name : names) {
    if (name == "native") {
      Expected<CpuTarget> native = parseNative(triple);
      if (!native)
        return native.takeError();
      targets.push_back(*native);
      continue;
    }
    const CpuLevel *level = find_if(levels, [&](const CpuLevel &level) { return level.name == name; });
    if (level == std::end(levels)) {
      auto known = map_range(levels, [](const CpuLevel &level) { return level.name; });
      return createStringError(std::errc::not_supported, "unknown CPU level '%s'; known are native, %s",
                               name.str().c_str(), join(known, ", ").c_str());
    }
    if (level->arch != arch)
      return createStringError(std::errc::invalid_argument, "CPU level '%s' is for %s, the target triple is '%s'",
                               name.str().c_str(), level->arch.data(), tripleText.str().c_str());
    targets.push_back({level, ""});
  }
  // The table's order is best first.
  stable_sort(targets, [](const CpuTarget &a, const CpuTarget &b) { return a.level < b.level; });
  targets.erase(llvm::unique(targets, [](const CpuTarget &a, const CpuTarget &b) { return a.level == b.level; }),
                targets.end());
  return targets;
}
