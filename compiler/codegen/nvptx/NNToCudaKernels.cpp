//===- NNToCudaKernels.cpp - the pass that makes kernels of a forward -----===//

#include "compiler/codegen/Passes.h"

#include "compiler/codegen/nvptx/EmitKernels.h"
#include "dialects/nn/Model.h"

#include "llvm/TargetParser/Host.h"

namespace nnc::codegen {
#define GEN_PASS_DEF_NNTOCUDAKERNELS
#include "compiler/codegen/Passes.h.inc"
} // namespace nnc::codegen

using namespace mlir;
using namespace nnc::codegen;

namespace {

struct NNToCudaKernels : nnc::codegen::impl::NNToCudaKernelsBase<NNToCudaKernels> {
  using NNToCudaKernelsBase::NNToCudaKernelsBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp forward = nnc::nn::getForward(module);
    if (!forward) {
      module.emitError("expects a function @forward");
      return signalPassFailure();
    }
    auto host = getPlainestLevel(triple.empty() ? llvm::sys::getDefaultTargetTriple() : triple.getValue());
    if (!host) {
      module.emitError(llvm::toString(host.takeError()));
      return signalPassFailure();
    }
    setCudaVariant(module, emitKernels(forward, **host, module));
    if (!keepForward)
      forward.erase();
  }
};

} // namespace
