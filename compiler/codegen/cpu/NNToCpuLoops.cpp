//===- NNToCpuLoops.cpp - the pass that makes loops of a forward ----------===//

#include "compiler/codegen/Passes.h"

#include "compiler/codegen/cpu/EmitForward.h"
#include "dialects/nn/Model.h"

#include "llvm/TargetParser/Host.h"

namespace nnc::codegen {
#define GEN_PASS_DEF_NNTOCPULOOPS
#include "compiler/codegen/Passes.h.inc"
} // namespace nnc::codegen

using namespace mlir;
using namespace nnc::codegen;

namespace {

struct NNToCpuLoops : nnc::codegen::impl::NNToCpuLoopsBase<NNToCpuLoops> {
  using NNToCpuLoopsBase::NNToCpuLoopsBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp forward = nnc::nn::getForward(module);
    if (!forward) {
      module.emitError("expects a function @forward");
      return signalPassFailure();
    }
    auto targets = parseCpuTargets(cpus, triple.empty() ? llvm::sys::getDefaultTargetTriple() : triple.getValue());
    if (!targets) {
      module.emitError(llvm::toString(targets.takeError()));
      return signalPassFailure();
    }
    std::vector<CpuVariant> variants;
    for (const CpuTarget &target : *targets)
      variants.push_back(emitForward(forward, target, module));
    setCpuVariants(module, variants);
    forward.erase();
  }
};

} // namespace
