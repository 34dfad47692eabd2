//===- MachineCode.cpp - LLVM dialect to object code ----------------------===//

#include "compiler/codegen/MachineCode.h"

#include "compiler/codegen/CudaVariant.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace nnc::codegen;

Expected<std::unique_ptr<TargetMachine>> nnc::codegen::makeTargetMachine(StringRef tripleText, StringRef cpu,
                                                                         StringRef features, int optLevel) {
  // Once: the registry is not made for several threads.
  [[maybe_unused]] static const bool initialized = [] {
    InitializeAllTargetInfos();
    InitializeAllTargets();
    InitializeAllTargetMCs();
    InitializeAllAsmPrinters();
    return true;
  }();
  std::string error;
  Triple triple(tripleText);
  const Target *target = TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return createStringError(error);
  TargetOptions options;
  // Nothing is fused but what says llvm.fma.
  options.AllowFPOpFusion = FPOpFusion::Strict;
  // A cache line; what LLVM writes for it is no PTX. A main tile's round fills some sixteen lines, and those of
  // 784-128-10 take 3 % longer where they lie across one more.
  if (!triple.isNVPTX())
    options.LoopAlignment = 64;
  auto codegenLevel = CodeGenOpt::getLevel(optLevel);
  return std::unique_ptr<TargetMachine>(target->createTargetMachine(
      triple, cpu, features, options, Reloc::PIC_, std::nullopt, codegenLevel.value_or(CodeGenOptLevel::Aggressive)));
}

/// A function belongs to the variant whose suffix its name ends with.
static void setFunctionAttributes(Module &module, ArrayRef<CpuVariant> variants) {
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    // A loop that copies stays a loop: there is no library to call.
    function.addFnAttr("no-builtins");
    function.addFnAttr(Attribute::NoUnwind);
    // What packs for a GPU runs on whatever CPU is beside it.
    if (function.getName().ends_with(cudaHostSuffix))
      function.addFnAttr("target-cpu", "generic");
    for (const CpuVariant &variant : variants) {
      const CpuLevel &level = *variant.level;
      if (!function.getName().ends_with(CpuTarget{&level, ""}.symbolSuffix()))
        continue;
      function.addFnAttr("target-cpu", level.llvmCpu);
      if (!level.llvmFeatures.empty())
        function.addFnAttr("target-features", level.llvmFeatures);
      if (!variant.tuneCpu.empty())
        function.addFnAttr("tune-cpu", variant.tuneCpu);
      function.addFnAttr("prefer-vector-width", std::to_string(level.lanes * 32));
    }
  }
}

Expected<std::unique_ptr<Module>> nnc::codegen::translateToLLVMIR(mlir::ModuleOp module, LLVMContext &context,
                                                                  TargetMachine &machine) {
  mlir::registerBuiltinDialectTranslation(*module.getContext());
  mlir::registerLLVMDialectTranslation(*module.getContext());
  std::unique_ptr<Module> translated =
      mlir::translateModuleToLLVMIR(module, context, module.getName().value_or("model"));
  if (!translated)
    return createStringError("translation to LLVM IR failed");
  translated->setTargetTriple(machine.getTargetTriple());
  translated->setDataLayout(machine.createDataLayout());
  setFunctionAttributes(*translated, getCpuVariants(module));
  return translated;
}

void nnc::codegen::optimize(Module &module, TargetMachine &machine, int optLevel) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager callGraph;
  ModuleAnalysisManager modules;
  // The loops of the CPU's kernels are written out as far as they should be.
  PipelineTuningOptions tuning;
  tuning.LoopUnrolling = machine.getTargetTriple().isNVPTX();
  PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  static constexpr OptimizationLevel const *levels[] = {&OptimizationLevel::O0, &OptimizationLevel::O1,
                                                        &OptimizationLevel::O2, &OptimizationLevel::O3};
  ModulePassManager pipeline = optLevel == 0 ? builder.buildO0DefaultPipeline(OptimizationLevel::O0)
                                             : builder.buildPerModuleDefaultPipeline(*levels[optLevel]);
  pipeline.run(module, modules);
}

SmallVector<char, 0> nnc::codegen::emitMachineCode(Module &module, TargetMachine &machine, CodeGenFileType type) {
  SmallVector<char, 0> bytes;
  raw_svector_ostream os(bytes);
  legacy::PassManager passes;
  [[maybe_unused]] bool failed = machine.addPassesToEmitFile(passes, os, nullptr, type);
  assert(!failed && "every target of the level table emits assembly and objects");
  passes.run(module);
  return bytes;
}
