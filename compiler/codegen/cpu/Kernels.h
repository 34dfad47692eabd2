//===- Kernels.h - loops over one operation ---------------------*- C++ -*-===//
//
// Each function here emits one private function of loops and vectors that computes one operation on matrices in memory,
// or returns the one it emitted before for the same shape. Matrices are row-major memrefs of f32 `memref<?xLDxf32>`:
// any number of rows, LD elements from one row to the next.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_CPU_KERNELS_H
#define NNC_COMPILER_CODEGEN_CPU_KERNELS_H

#include "compiler/codegen/CpuTarget.h"
#include "compiler/codegen/ModelPlan.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"

namespace nnc::codegen {

/// Emits kernels into one module for one CPU level.
class KernelLibrary {
public:
  KernelLibrary(mlir::ModuleOp module, const CpuLevel &level, llvm::StringRef symbolSuffix);

  /// (%x: memref<?x?xf32>, %bias: memref<?xf32>, %panels: memref<?x?xNRxf32>, %tail: memref<?xTWxf32>,
  /// %y: memref<?x?xf32>, %rows: memref<?x?xRxf32>, %in: index, %tailColumns: index, %stretch: index, %firstPanel:
  /// index, %lastPanel: index), without bias and tail where `packed` has none and without %rows where the main tile
  /// packs none into it. Columns of panels [firstPanel, lastPanel) for all rows of %x; the tail, with its first
  /// `tailColumns` columns, counts as the last panel. %stretch k are taken at a time. One kernel serves all shapes of a
  /// kind: a model of many layers has few of them.
  mlir::func::FuncOp linear(nn::LinearOp op, const PackedLinear &packed);

  /// (%x: memref<?xf32>, %y: memref<?xf32>): an element function.
  mlir::func::FuncOp elementwise(nn::ElementwiseOpInterface op);

  /// (%y: memref<?x?xf32>, %firstRow: index, %lastRow: index, %firstColumn: index, %lastColumn: index): the functions
  /// of `epilogue` in turn on the elements in [firstRow, lastRow) x [firstColumn, lastColumn), in place.
  mlir::func::FuncOp epilogue(mlir::Location loc, llvm::ArrayRef<mlir::Attribute> epilogue);

  /// (%x: memref<?xDxIxf32>, %y: memref<?xDxIxf32>): softmax along D, or its
  /// logarithm.
  mlir::func::FuncOp softmax(nn::SoftmaxOpInterface op, int64_t extent, int64_t inner);

  /// (%x: memref<?xDxIxf32>, %y: memref<?xIxi64>): argmax along D.
  mlir::func::FuncOp argmax(nn::ArgmaxOp op, int64_t extent, int64_t inner);

  /// (%from: memref<?xf32>, %to: memref<?xf32>): %to = %from, and zeros behind it.
  mlir::func::FuncOp packVector(mlir::Location loc);

  /// (%from: memref<?x?xf32>, %to: memref<?x?xWxf32>, %firstColumn: index): a weight (out, in) from row %firstColumn on
  /// as panels of W columns; zeros for columns that it does not have, and -0 for k.
  mlir::func::FuncOp packPanels(mlir::Location loc, int64_t panelWidth);

  /// (%from: memref<?x?xf32>, %to: memref<?x?xRxf32>, %firstK: index, %lastK: index): k in [firstK, lastK) of R rows
  /// together, as panels of R columns would be.
  mlir::func::FuncOp packRows(mlir::Location loc, int64_t rows);

  /// (%x: memref<?xT>, %y: memref<?xT>): %y = %x.
  mlir::func::FuncOp copy(mlir::Location loc, mlir::Type elementType);

private:
  using BodyBuilder = llvm::function_ref<void(mlir::ImplicitLocOpBuilder &, mlir::Block::BlockArgListType)>;

  /// The private function `name` with `arguments`, made with `body` if there is none yet. Names say the whole shape, so
  /// one name is one kernel.
  mlir::func::FuncOp getOrEmit(const llvm::Twine &name, mlir::Location loc, mlir::TypeRange arguments,
                               BodyBuilder body);

  mlir::ModuleOp module;
  mlir::SymbolTable symbols;
  const CpuLevel &level;
  std::string suffix;
};

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_CPU_KERNELS_H
