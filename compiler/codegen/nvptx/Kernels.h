//===- Kernels.h - kernels over one operation for NVIDIA GPUs ---*- C++ -*-===//
//
// Each function here emits one kernel into a gpu.module, or returns the one it emitted before for the same kind. A
// kernel is a gpu.func whose arguments are addresses in global memory and numbers, eight bytes each. Sizes are
// arguments, so that a model of many layers has few kernels; what a kernel takes for granted of them is in its name.
// Matrices are f32, row-major, without gaps; addresses are at multiples of 16 bytes. No address is an alias of another,
// and what a kernel only reads nobody writes while it runs.
//
// Any number of rows from 0 up: the grid has as many blocks as abi.h's nnc_cuda_launch says for them, and nothing
// beyond the last row is read or written.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_NVPTX_KERNELS_H
#define NNC_COMPILER_CODEGEN_NVPTX_KERNELS_H

#include "compiler/codegen/ModelPlan.h"
#include "compiler/codegen/nvptx/DeviceBuilder.h"
#include "compiler/codegen/nvptx/LinearTile.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/SymbolTable.h"

namespace nnc::codegen {

/// A kernel and its launches for one operation: gridDim = {ceil(rows / rowsPerBlock), gridY, 1}, blockDim = {threads,
/// 1, 1}, and `sizes` between the addresses and the number of rows.
struct CudaKernel {
  std::string name;
  int64_t threads;
  int64_t rowsPerBlock;
  int64_t gridY;
  std::vector<int64_t> sizes;
};

/// The arguments of a linear's kernel, as they come; each row of y is `out` elements of which a block makes some.
struct CudaLinearArguments {
  CudaLinearArguments(DeviceBuilder &b, mlir::Block::BlockArgListType arguments, bool hasBias);

  mlir::Value x, panels, bias, y; ///< no bias: null
  mlir::Value in, out;            ///< i32
  mlir::Value rows;               ///< i64
};

/// Columns of a panel of packed weights, and the multiple to which k is padded with -0.0: fma(+0, -0, acc) is acc, to
/// the bit, for every acc, so that a kernel may run over the end of k with zeros for x.
inline constexpr int64_t cudaPanelWidth = 32, cudaPaddedK = 16;

class CudaKernelLibrary {
public:
  explicit CudaKernelLibrary(mlir::gpu::GPUModuleOp module);

  /// (%x, %panels, %bias, %y: !llvm.ptr<1>, %in, %out, %rows: i64), without %bias where there is none: a linear with
  /// its epilogue. Panels are [paddedIn][32], all columns in full ones, and whole tiles of them.
  /// One kernel for each epilogue, with and without a bias, and rows of a block or tile; and where `in` is a multiple
  /// of 4 or not, which is how x is copied, and for tiles `out` as well, which is how y is stored. Few rows: a lane for
  /// each column of a panel, `blockRows` (a multiple of 4) rows a block; bound by reading weights.
  CudaKernel linearFewRows(nn::LinearOp op, const PackedLinear &packed, int64_t blockRows);
  /// Many rows: tiles in shared memory, several rows and columns a thread; bound by the multiply-adds.
  CudaKernel linearTile(nn::LinearOp op, const PackedLinear &packed, const LinearTile &tile);

  /// (%x, %y: !llvm.ptr<1>, %rows: i64): an element function; a row is an element.
  CudaKernel elementwise(nn::ElementwiseOpInterface op);

  /// (%x, %y: !llvm.ptr<1>, %extent, %inner, %rows: i64): softmax (or its logarithm) or argmax along D of (S, D, I),
  /// %extent = D and %inner = I, which is not there where it is 1; `rows` is S * I.
  CudaKernel softmax(nn::SoftmaxOpInterface op, int64_t extent, int64_t inner);
  CudaKernel argmax(nn::ArgmaxOp op, int64_t extent, int64_t inner);

  /// (%x, %y: !llvm.ptr<1>, %rows: i64): %y = %x; a row is an element.
  CudaKernel copy(mlir::Location loc, mlir::Type elementType);

private:
  using BodyBuilder = llvm::function_ref<void(DeviceBuilder &, mlir::Block::BlockArgListType)>;

  /// Makes `kernel` with `body` if there is none of its name yet: `read` addresses that it only reads, `written` that
  /// it writes, then its sizes and %rows. Names say all that is constant, so one name is one kernel.
  void getOrEmit(const CudaKernel &kernel, mlir::Location loc, unsigned read, unsigned written, BodyBuilder body);

  mlir::gpu::GPUModuleOp module;
  mlir::SymbolTable symbols;
};

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_NVPTX_KERNELS_H
