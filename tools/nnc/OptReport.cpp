//===- OptReport.cpp - what became of each layer --------------------------===//
//
// Three things bound a linear's time on one thread: its weights and values have to be read, its multiply-adds have to
// be done, and those of one output one after the other, since the defined arithmetic fixes their order.
//
//===----------------------------------------------------------------------===//

#include "tools/nnc/OptReport.h"

#include "compiler/codegen/cpu/LayerReport.h"
#include "dialects/nn/Model.h"
#include "tools/common/Machine.h"
#include "tools/nnc/ExitCode.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/TargetParser/Host.h"

using namespace nnc;
using namespace nnc::codegen;
using llvm::errs;
using llvm::format;

/// Whether this machine has the features of `level`: its own level is that one or a better one.
static bool runsHere(const CpuLevel &level) {
  auto host = parseCpuTargets("native", llvm::sys::getDefaultTargetTriple());
  if (!host) {
    llvm::consumeError(host.takeError());
    return false;
  }
  const CpuLevel &best = *host->front().level;
  return best.machine == level.machine && (level.features & ~best.features) == 0;
}

/// What one thread of this machine does at best; zeros where the code does not run here.
static MachineRates measureLimits(const CpuLevel &level, uint64_t packedBytes) {
  if (!runsHere(level) || packedBytes == 0)
    return {};
  constexpr int times = 15;
  MachineMeter meter(level.name, /*threads=*/1, packedBytes);
  std::vector<MachineRates> rates(times);
  for (MachineRates &each : rates)
    each = meter.measure();
  return medianOf(rates);
}

static bool areKnown(const MachineRates &limits) { return limits.peakGflops > 0; }

static void printBound(const LayerReport &layer, const MachineRates &limits, int64_t batch) {
  double samples = static_cast<double>(batch);
  struct {
    const char *what;
    double us;
  } bounds[] = {
      {"memory", (layer.packedBytes + samples * layer.activationBytes) / limits.readGbps / 1e3},
      {"compute", samples * layer.flops() / limits.peakGflops / 1e3},
      {"the order of the multiply-adds", static_cast<double>(layer.in) * limits.multiplyAddNs / 1e3},
  };
  const auto &longest =
      *std::max_element(std::begin(bounds), std::end(bounds), [](auto &a, auto &b) { return a.us < b.us; });
  errs() << "    batch " << batch << ": bound by " << longest.what
         << format(", at least %.2f us (memory %.2f, compute %.2f, order %.2f)\n", longest.us, bounds[0].us,
                   bounds[1].us, bounds[2].us);
}

static void printLinear(const LayerReport &layer, const CpuLevel &level, const MachineRates &limits) {
  errs() << "  " << layer.name << ": linear, " << layer.in << " -> " << layer.out;
  if (layer.rows != 1)
    errs() << ", for each of " << layer.rows << " rows";
  errs() << "\n";
  if (!layer.fused.empty())
    errs() << "    fused: " << llvm::join(layer.fused, ", then ")
           << ", applied before a result is stored, so that it is not read and written again\n";
  errs() << "    tiles of " << layer.tileRows << " rows x " << layer.tileColumns << " columns in registers, vectors of "
         << level.lanes << " floats\n";
  errs() << "    " << layer.flops() << " FLOPs a sample, " << layer.packedBytes << " bytes of packed weights\n";
  if (areKnown(limits))
    for (int64_t batch : {1, 256})
      printBound(layer, limits, batch);
}

static void printOther(const LayerReport &layer) {
  errs() << "  " << layer.name << ": " << layer.operation << ", a pass of its own over the values, "
         << layer.activationBytes << " bytes read and written a sample\n";
}

static void printLevel(mlir::func::FuncOp forward, const CpuLevel &level) {
  Plan plan = makePlan(forward, level);
  std::vector<LayerReport> layers = codegen::reportLayers(plan);
  uint64_t flops = 0, packedBytes = 0;
  for (const LayerReport &layer : layers)
    flops += layer.flops(), packedBytes += layer.packedBytes;
  MachineRates limits = measureLimits(level, packedBytes);

  errs() << "code for " << level.name << ": " << layers.size() << " layers, " << flops << " FLOPs a sample, "
         << packedBytes << " bytes of packed weights\n";
  if (areKnown(limits))
    errs() << format("this machine, one thread, measured now: %.1f GFLOP/s of multiply-adds, %.1f GB/s reading so many "
                     "bytes, %.2f ns from one multiply-add to the next that needs it\n",
                     limits.peakGflops, limits.readGbps, limits.multiplyAddNs);
  else
    errs() << "no times: there are none to measure here\n";
  for (const LayerReport &layer : layers)
    if (layer.in > 0)
      printLinear(layer, level, limits);
    else
      printOther(layer);
}

int nnc::reportLayers(mlir::ModuleOp module, Compilation &compilation, const ToolOptions &options) {
  llvm::StringRef triple = options.compile.triple;
  auto targets =
      parseCpuTargets(options.compile.cpus, triple.empty() ? llvm::sys::getDefaultTargetTriple() : triple.str());
  if (!targets) {
    errs() << "nnc: error: " << toString(targets.takeError()) << "\n";
    return ExitUnsupported;
  }
  mlir::OwningOpRef<mlir::ModuleOp> fused = module.clone();
  if (failed(compilation.fuse(*fused)))
    return exitCodeOf(compilation.getStatus());
  for (const CpuTarget &target : *targets)
    printLevel(nn::getForward(*fused), *target.level);
  return ExitDone;
}
