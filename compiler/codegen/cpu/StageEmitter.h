//===- StageEmitter.h - one stage of a forward as loops ---------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_CPU_STAGEEMITTER_H
#define NNC_COMPILER_CODEGEN_CPU_STAGEEMITTER_H

#include "compiler/codegen/cpu/Kernels.h"
#include "compiler/codegen/cpu/Plan.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nnc::codegen {

/// The buffers of one call, as memrefs of bytes.
struct CallBuffers {
  llvm::SmallVector<mlir::Value> inputs, outputs;
  mlir::Value packed, workspace;
  mlir::Value ownWorkspace = {}; ///< this part's, where `workspace` may be of all
};

/// The share of a stage: samples [first, first + count) and, of a linear's panels, part `part` of `parts`.
struct Share {
  mlir::Value first;      ///< in inputs and outputs
  mlir::Value localFirst; ///< in the workspace
  mlir::Value count;
  mlir::Value part, parts; ///< null for all panels
};

/// [first, last) of `count` things for part `part` of `parts`: shares differ by at most one, and nothing overflows.
std::pair<mlir::Value, mlir::Value> shareOf(mlir::ImplicitLocOpBuilder &b, mlir::Value count, mlir::Value part,
                                            mlir::Value parts);

/// Emits stages of `plan` as calls of kernels on views of the buffers.
class StageEmitter {
public:
  StageEmitter(mlir::ImplicitLocOpBuilder &b, const Plan &plan, KernelLibrary &kernels)
      : b(b), plan(plan), kernels(kernels) {}

  void emit(const Stage &stage, const CallBuffers &buffers, const Share &share);

private:
  void emitCopy(const Stage &stage);
  void emitLinear(nn::LinearOp op);
  template <typename Op> void emitReduction(Op op, int64_t dim);

  /// `value`'s elements from the share's first sample on, under `shape`.
  mlir::Value view(mlir::Value value, llvm::ArrayRef<int64_t> shape, mlir::ValueRange dynamicSizes);
  /// `value` as rows of its last dimension, as one dimension, or as (slices, shape...) with some slices a sample.
  mlir::Value rowsView(mlir::Value value);
  mlir::Value flatView(mlir::Value value);
  mlir::Value slicesView(mlir::Value value, int64_t slicesPerSample, llvm::ArrayRef<int64_t> shape);

  mlir::Value index(int64_t value);
  void call(mlir::func::FuncOp kernel, llvm::ArrayRef<mlir::Value> arguments);

  mlir::ImplicitLocOpBuilder &b;
  const Plan &plan;
  KernelLibrary &kernels;
  CallBuffers buffers; ///< of the stage that is being emitted
  Share share;
};

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_STAGEEMITTER_H
