//===- VerifyDefinedArithmetic.cpp - refuse machine-dependent results -----===//
//
// See the pass's description in Passes.td.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/Passes.h"

#include "llvm/ADT/StringSet.h"

namespace nnc::codegen {
#define GEN_PASS_DEF_VERIFYDEFINEDARITHMETIC
#include "compiler/codegen/Passes.h.inc"
} // namespace nnc::codegen

using namespace mlir;
using namespace nnc::codegen;

namespace {

/// Intrinsic operations that every target turns into instructions, and that mean the same everywhere.
bool isAllowedIntrinsic(StringRef name) {
  static const llvm::StringSet<> allowed = {"llvm.intr.fma",           "llvm.intr.masked.load",
                                            "llvm.intr.masked.store",  "llvm.intr.smax",
                                            "llvm.intr.smin",          "llvm.intr.umax",
                                            "llvm.intr.umin",          "llvm.intr.assume",
                                            "llvm.intr.vector.insert", "llvm.intr.vector.extract",
                                            "llvm.intr.prefetch",      "llvm.intr.launder.invariant.group"};
  return allowed.contains(name);
}

/// What the NVVM dialect has for a GPU's threads and memory; none of it computes.
bool isAllowedNvvm(StringRef name) {
  static const llvm::StringSet<> allowed = {"nvvm.barrier0",
                                            "nvvm.barrier",
                                            "nvvm.cp.async.commit.group",
                                            "nvvm.cp.async.shared.global",
                                            "nvvm.cp.async.wait.group",
                                            "nvvm.read.ptx.sreg.ctaid.x",
                                            "nvvm.read.ptx.sreg.ctaid.y",
                                            "nvvm.read.ptx.sreg.nctaid.x",
                                            "nvvm.read.ptx.sreg.tid.x",
                                            "nvvm.shfl.sync"};
  return allowed.contains(name);
}

/// Intrinsics called by name.
bool isAllowedIntrinsicCall(StringRef name) {
  static const llvm::StringSet<> allowed = {"llvm.x86.sse.stmxcsr", "llvm.x86.sse.ldmxcsr", "llvm.aarch64.get.fpcr",
                                            "llvm.aarch64.set.fpcr"};
  return allowed.contains(name);
}

LogicalResult verify(Operation *op, SymbolTableCollection &symbols) {
  StringRef name = op->getName().getStringRef();
  if (isa<ModuleOp, gpu::GPUModuleOp>(op))
    return success();
  if (isa_and_nonnull<NVVM::NVVMDialect>(op->getDialect()))
    return isAllowedNvvm(name)
               ? success()
               : op->emitError("'") << name << "' is not among the GPU's operations with one meaning everywhere";
  if (!isa_and_nonnull<LLVM::LLVMDialect>(op->getDialect()))
    return op->emitError("'") << name << "' is not in the LLVM dialect after lowering";
  if (isa<LLVM::FMulAddOp>(op))
    return op->emitError("fmuladd is fused or not as the backend likes; the defined arithmetic needs llvm.intr.fma");
  if (auto fast = dyn_cast<LLVM::FastmathFlagsInterface>(op);
      fast && fast.getFastmathAttr() && fast.getFastmathAttr().getValue() != LLVM::FastmathFlags::none)
    return op->emitError("'") << name << "' has fast-math flags; results would depend on the machine";
  if (isa<LLVM::FRemOp, LLVM::InlineAsmOp>(op))
    return op->emitError("'") << name << "' becomes a call of a library function or is not defined everywhere";
  if (auto call = dyn_cast<LLVM::CallOp>(op)) {
    std::optional<StringRef> callee = call.getCallee();
    auto function = callee ? symbols.lookupNearestSymbolFrom<LLVM::LLVMFuncOp>(op, call.getCalleeAttr()) : nullptr;
    if (!function || function.isExternal())
      return op->emitError("call of '") << callee.value_or("a pointer") << "', which the module does not define";
    return success();
  }
  if (auto call = dyn_cast<LLVM::CallIntrinsicOp>(op))
    return isAllowedIntrinsicCall(call.getIntrin())
               ? success()
               : op->emitError("intrinsic '") << call.getIntrin() << "' is not among those with one meaning everywhere";
  if (name.starts_with("llvm.intr.") && !isAllowedIntrinsic(name))
    return op->emitError("'") << name << "' is not among the intrinsics with one meaning everywhere";
  return success();
}

struct VerifyDefinedArithmetic : nnc::codegen::impl::VerifyDefinedArithmeticBase<VerifyDefinedArithmetic> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    getOperation()->walk([&](Operation *op) {
      if (failed(verify(op, symbols)))
        signalPassFailure();
    });
    markAllAnalysesPreserved();
  }
};

} // namespace
