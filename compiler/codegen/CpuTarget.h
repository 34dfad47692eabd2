//===- CpuTarget.h - the CPU levels code is generated for -------*- C++ -*-===//
//
// A level is a set of CPU features with a name. Exactly these features are compiled for, recorded in the model and
// checked before anything runs; the name of a CPU sets tuning only. One table holds, for each level, the features and
// the shape of the kernels.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_CPUTARGET_H
#define NNC_COMPILER_CODEGEN_CPUTARGET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>

namespace nnc::codegen {

/// So many rows times so many panels of weights, whose accumulators, rows * panels * panelVectors, stay in registers.
struct MainTile {
  int64_t rows;
  int64_t panels;
  int64_t panelVectors; ///< vectors across a panel
  bool packsRows;       ///< rows are copied first, so that what a step of k reads of them lies side by side
};

struct CpuLevel {
  llvm::StringLiteral name;         ///< as the user and nnc_cpu_variant.level spell it
  llvm::StringLiteral arch;         ///< llvm::Triple's name of the architecture
  llvm::StringLiteral llvmCpu;      ///< LLVM's name of exactly these features
  llvm::StringLiteral llvmFeatures; ///< further LLVM features
  uint32_t machine;                 ///< NNC_MACHINE_*
  uint64_t features;                ///< NNC_FEATURE_*

  /// Shape of the kernels: f32 lanes of a vector register and such registers.
  int64_t lanes;
  int64_t registers;
  /// A call of at most so many rows is one tile, which reads every weight once.
  int64_t fewRows;
  /// A layer of at most so many columns has rows across the lanes, which pays though x must be transposed.
  int64_t narrowColumns;
  MainTile tile;      ///< of all others, and
  MainTile largeTile; ///< where a layer is far larger than L2

  bool isNarrow(int64_t columns) const { return columns <= narrowColumns; }

  /// The main tile of a layer whose panels are so many columns wide.
  const MainTile &tileOf(int64_t panelWidth) const {
    return panelWidth == lanes * largeTile.panelVectors ? largeTile : tile;
  }
};

/// One level of one machine, with the CPU to tune for.
struct CpuTarget {
  const CpuLevel *level = nullptr;
  std::string tuneCpu; ///< LLVM's name of a CPU; empty for none in particular

  /// "x86_64_v3": the level's name as part of a symbol.
  std::string symbolSuffix() const;
};

/// All levels, the best of an architecture first.
llvm::ArrayRef<CpuLevel> getCpuLevels();

/// The level of `triple`'s architecture that asks for the least. Errors: no level is known for it.
llvm::Expected<const CpuLevel *> getPlainestLevel(llvm::StringRef triple);

/// Targets for the -mcpu value `cpus`, a comma-separated list of levels or "native" (empty means native), best first
/// and each once. Errors: an unknown name (with the known ones), a level of another architecture than `triple`'s,
/// "native" for a foreign one, a host without FMA.
llvm::Expected<std::vector<CpuTarget>> parseCpuTargets(llvm::StringRef cpus, llvm::StringRef triple);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPUTARGET_H
