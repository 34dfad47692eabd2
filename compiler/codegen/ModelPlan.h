//===- ModelPlan.h - where the values of a model live -----------*- C++ -*-===//
//
// What every target works out before any code is emitted: the stages in the order they run, the buffer of each value,
// the packed weights and the workspace.
//
// A model is seen as samples. Where nothing reads across dimension 0 (every open model, many static ones) a sample is
// one index of dimension 0; otherwise the whole model is one sample. Offsets, sizes and strides are in elements of four
// bytes.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_MODELPLAN_H
#define NNC_COMPILER_CODEGEN_MODELPLAN_H

#include "dialects/nn/NN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace nnc::codegen {

/// Where the elements of a value are.
struct Buffer {
  enum class Kind { Input, Output, Workspace, Packed };
  Kind kind = Kind::Workspace;
  int64_t index = 0;        ///< of the input or output
  int64_t offset = 0;       ///< in the workspace or the packed weights
  int64_t sampleStride = 0; ///< from one sample to the next
  int64_t rowStride = 0;    ///< from one row (the last dimension) to the next

  /// Whether the rows of all samples follow each other without a gap, each `width` long.
  bool isContiguous(int64_t width) const { return rowStride == width; }
};

/// One step of the forward: an operation, or the copy of a value into a result that has no operation of its own.
struct Stage {
  mlir::Operation *op = nullptr;
  mlir::Value source; ///< a copy's source; null otherwise
  int64_t output = 0; ///< a copy's result
};

/// Weights of a linear as the kernels read them: the bias (padded as the columns are), then panels of `panelWidth`
/// columns, each [paddedIn][panelWidth], then a narrower panel with the columns that are left, padded to whole vectors.
struct PackedLinear {
  int64_t weight; ///< index of the parameter
  int64_t bias;   ///< likewise, -1 without one
  int64_t in, out;
  int64_t paddedIn;
  int64_t panelWidth, panels; ///< full panels
  int64_t tailWidth;          ///< padded columns of the narrower one, 0 if there is none
  int64_t offset;

  int64_t biasSize() const { return bias < 0 ? 0 : panels * panelWidth + tailWidth; }
  int64_t size() const { return biasSize() + (panels * panelWidth + tailWidth) * paddedIn; }
  int64_t panelOffset() const { return offset + biasSize(); }
  int64_t tailOffset() const { return panelOffset() + panels * panelWidth * paddedIn; }
};

/// A parameter that is used as a plain value, copied as it is.
struct PackedCopy {
  int64_t parameter;
  int64_t count;
  int64_t offset;
};

struct ModelPlan {
  bool batched = false;       ///< samples are the indices of dimension 0
  int64_t staticSamples = -1; ///< number of samples, -1 if the call says
  int64_t packedSize = 0;
  std::vector<Stage> stages;
  llvm::DenseMap<mlir::Value, Buffer> buffers; ///< of every value but weights, flattened ones included
  std::vector<PackedLinear> packedLinears;
  llvm::DenseMap<mlir::Operation *, size_t> linearIndex; ///< of a linear in `packedLinears`
  std::vector<PackedCopy> packedCopies;

  /// The shape and the number of elements of one sample of `value`.
  llvm::ArrayRef<int64_t> sampleShape(mlir::Value value) const;
  int64_t sampleSize(mlir::Value value) const;
  /// The extent of its last dimension.
  int64_t rowWidth(mlir::Value value) const;

  const PackedLinear &packedLinear(nn::LinearOp linear) const { return packedLinears[linearIndex.lookup(linear)]; }
};

/// What is left to the target.
class ModelPlanTarget {
public:
  virtual ~ModelPlanTarget() = default;
  /// A weight of (out, in) in panels; offset and parameters are filled in afterwards.
  virtual PackedLinear layoutLinear(int64_t in, int64_t out) const = 0;
  /// Strides of `value` in the workspace, where `contiguous` has none between rows.
  virtual Buffer layoutIntermediate([[maybe_unused]] mlir::Value value, Buffer contiguous) const { return contiguous; }
  /// Packed weights and each sample's intermediate values start at multiples of this.
  virtual int64_t alignment() const = 0;
};

/// Fills `plan` for `forward`, a fused function that passed nn-verify-fused. Intermediate values are placed in the
/// workspace of one sample, each where no value alive at the same time is; with several samples the offsets are to be
/// scaled. Returns the size of that workspace.
int64_t planModel(mlir::func::FuncOp forward, const ModelPlanTarget &target, ModelPlan &plan);

/// Multiplies the offset of every intermediate value by `samples`: each value of all samples is in one piece.
void scaleWorkspace(ModelPlan &plan, int64_t samples);

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_MODELPLAN_H
