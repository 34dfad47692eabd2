//===- DeviceBuilder.h - what GPU kernels are written with ------*- C++ -*-===//
//
// An op builder with one short function for each thing that a kernel does on the device: which thread it is, pointers,
// memory, asynchronous copies, waiting, loops. Memory is !llvm.ptr<1> (global) and !llvm.ptr<3> (shared); numbers are
// i32, or i64 where rows or bytes may be more than 2^31.
//
//   DeviceBuilder b(location, context);
//   b.setInsertionPointToStart(&kernel.getBody().front());
//   Value thread = b.threadId(128), tile = b.sharedArray("tile", 128 * 4);
//   b.copyAsync(b.offset(tile, b.mul(thread, 4)), b.offset(x, b.mul(thread, 4)), 16);
//   b.commitCopies();
//   b.waitForCopies(0); // this thread's copies are there
//   b.barrier();        // and everybody's
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_NVPTX_DEVICEBUILDER_H
#define NNC_COMPILER_CODEGEN_NVPTX_DEVICEBUILDER_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nnc::codegen {

class DeviceBuilder : public mlir::ImplicitLocOpBuilder {
public:
  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;

  // Constants.
  mlir::Value i32(int64_t value);
  mlir::Value i64(int64_t value);
  mlir::Value f32(float value);
  mlir::VectorType f32Vector(int64_t lanes);

  // Where this thread is, all i32: in its block of `threads`, in its warp of 32, and its block in the grid.
  mlir::Value threadId(int64_t threads);
  mlir::Value laneId();
  mlir::Value blockX();
  mlir::Value blockY();
  mlir::Value gridX(); ///< blocks along x

  // Integers of one type; a number takes the type of `x`. Division and widening take `x` as unsigned, comparing as
  // signed.
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value add(mlir::Value x, int64_t y);
  mlir::Value sub(mlir::Value x, mlir::Value y);
  mlir::Value mul(mlir::Value x, mlir::Value y);
  mlir::Value mul(mlir::Value x, int64_t y);
  mlir::Value div(mlir::Value x, mlir::Value y);
  mlir::Value div(mlir::Value x, int64_t y);
  mlir::Value rem(mlir::Value x, mlir::Value y);
  mlir::Value rem(mlir::Value x, int64_t y);
  mlir::Value min(mlir::Value x, mlir::Value y);
  mlir::Value max(mlir::Value x, mlir::Value y);
  mlir::Value less(mlir::Value x, mlir::Value y);
  mlir::Value less(mlir::Value x, int64_t y);
  mlir::Value equal(mlir::Value x, int64_t y);
  mlir::Value exclusiveOr(mlir::Value x, mlir::Value y);
  mlir::Value logicalAnd(mlir::Value x, mlir::Value y); ///< of two conditions
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y);
  mlir::Value toI64(mlir::Value x);
  mlir::Value toI32(mlir::Value x); ///< the low half

  /// `pointer` moved by `count` elements (i32, signed, or i64) of `element`, f32 by default. The result may point
  /// anywhere as long as nothing is accessed there.
  mlir::Value offset(mlir::Value pointer, mlir::Value count, mlir::Type element = {});
  mlir::Value offset(mlir::Value pointer, int64_t count, mlir::Type element = {});

  /// `elements` f32 of uninitialised shared memory, 16-byte aligned, that belong to the kernel being built; `name` is
  /// unique in it. All of a kernel's must fit 48 KB.
  mlir::Value sharedArray(llvm::StringRef name, int64_t elements);

  /// A scalar or a vector, at a multiple of its own size: a vector that is not said to be aligned is accessed piece by
  /// piece.
  mlir::Value load(mlir::Type type, mlir::Value pointer);
  void store(mlir::Value value, mlir::Value pointer);

  /// Starts copying `bytes` (4, 8 or 16, and both addresses multiples of that) from global to shared memory. With
  /// `sourceBytes` (i32, 0 to `bytes`) only so many are read, and zeros are written behind them.
  void copyAsync(mlir::Value shared, mlir::Value global, int64_t bytes, mlir::Value sourceBytes = {});
  void commitCopies();                       ///< the copies started since the last call are one group
  void waitForCopies(int64_t pendingGroups); ///< until at most so many of this thread's groups are not done

  void barrier(); ///< all threads of the block arrive, and see what the others wrote before

  /// The `value` (i32 or f32) of the lane whose number differs in the bits of `laneMask`; all 32 lanes take part.
  mlir::Value shuffleXor(mlir::Value value, int64_t laneMask);

  void when(mlir::Value condition, llvm::function_ref<void()> body);

  /// for (i = from; i < to; i += step), signed: body(i).
  void loop(mlir::Value from, mlir::Value to, mlir::Value step, llvm::function_ref<void(mlir::Value)> body);

  using CarryingBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)>;
  /// The same with values carried in registers from one round to the next: next = body(i, carried). Returns the last.
  llvm::SmallVector<mlir::Value> loop(mlir::Value from, mlir::Value to, mlir::Value step, mlir::ValueRange start,
                                      CarryingBody body);

private:
  mlir::Value integer(mlir::Type type, int64_t value);
};

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_NVPTX_DEVICEBUILDER_H
