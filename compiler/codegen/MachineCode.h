//===- MachineCode.h - LLVM dialect to object code --------------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_MACHINECODE_H
#define NNC_COMPILER_CODEGEN_MACHINECODE_H

#include "compiler/codegen/CpuVariant.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace nnc::codegen {

/// A machine to generate code for: position-independent, with LLVM's `cpu` and `features` unless a function names its
/// own. Errors: LLVM does not know `triple`.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> makeTargetMachine(llvm::StringRef triple, llvm::StringRef cpu,
                                                                       llvm::StringRef features, int optLevel);

/// Translates `module`, in the LLVM dialect, and gives each function the features of its variant.
/// Errors: the translation failed; its diagnostics went to the MLIR context.
llvm::Expected<std::unique_ptr<llvm::Module>> translateToLLVMIR(mlir::ModuleOp module, llvm::LLVMContext &context,
                                                                llvm::TargetMachine &machine);

/// Runs LLVM's default pipeline of `optLevel`, 0 to 3; loops for CPUs are not unrolled. It keeps results to the bit:
/// nothing in the module permits more.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, int optLevel);

/// Assembly text or an object file.
llvm::SmallVector<char, 0> emitMachineCode(llvm::Module &module, llvm::TargetMachine &machine,
                                           llvm::CodeGenFileType type);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_MACHINECODE_H
