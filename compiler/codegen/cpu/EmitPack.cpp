//===- EmitPack.cpp - the function that packs the weights -----------------===//

#include "compiler/codegen/cpu/EmitPack.h"

#include "compiler/codegen/cpu/AbiBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

namespace {

class PackEmitter {
public:
  PackEmitter(ImplicitLocOpBuilder &b, Value parameters, Value packed)
      : b(b), parameters(parameters), packed(bytesAt(b, packed)) {}

  void emit(const PackedCopy &copy) { emitPadded(copy.parameter, copy.count, copy.offset, copy.count); }

  void emit(const PackedLinear &linear) {
    if (linear.bias >= 0)
      emitPadded(linear.bias, linear.out, linear.offset, linear.biasSize());
    Value from = parameterView(linear.weight, {linear.out, linear.in});
    if (linear.panels > 0) {
      Value to = packedView(linear.panelOffset(), {linear.panels, linear.in, linear.panelWidth});
      loop(linear.panels, [&](Value panel) {
        Value base = arith::MulIOp::create(b, panel, index(linear.panelWidth));
        loop(linear.in, [&](Value k) {
          loop(linear.panelWidth, [&](Value lane) {
            Value column = arith::AddIOp::create(b, base, lane);
            memref::StoreOp::create(b, load(from, {column, k}), to, ValueRange{panel, k, lane});
          });
        });
      });
    }
    if (linear.tailWidth > 0) {
      int64_t first = linear.panels * linear.panelWidth, width = linear.out - first;
      Value to = packedView(linear.tailOffset(), {linear.in, linear.tailWidth});
      loop(linear.in, [&](Value k) {
        loop(width, [&](Value lane) {
          Value column = arith::AddIOp::create(b, index(first), lane);
          memref::StoreOp::create(b, load(from, {column, k}), to, ValueRange{k, lane});
        });
        loop(linear.tailWidth - width, [&](Value lane) {
          memref::StoreOp::create(b, zero(), to, ValueRange{k, arith::AddIOp::create(b, lane, index(width))});
        });
      });
    }
  }

private:
  /// `count` elements of a parameter, then zeros up to `paddedCount`.
  void emitPadded(int64_t parameter, int64_t count, int64_t offset, int64_t paddedCount) {
    Value from = parameterView(parameter, {count}), to = packedView(offset, {paddedCount});
    loop(count, [&](Value i) { memref::StoreOp::create(b, load(from, i), to, i); });
    loop(paddedCount - count, [&](Value i) {
      memref::StoreOp::create(b, zero(), to, ValueRange{arith::AddIOp::create(b, i, index(count))});
    });
  }

  Value parameterView(int64_t parameter, ArrayRef<int64_t> shape) {
    Value pointer = loadField(b, parameters, parameter * sizeof(void *), LLVM::LLVMPointerType::get(b.getContext()));
    return memref::ViewOp::create(b, MemRefType::get(shape, b.getF32Type()), bytesAt(b, pointer), index(0),
                                  ValueRange());
  }

  Value packedView(int64_t offset, ArrayRef<int64_t> shape) {
    return memref::ViewOp::create(b, MemRefType::get(shape, b.getF32Type()), packed, index(offset * 4), ValueRange());
  }

  Value load(Value from, ValueRange at) { return memref::LoadOp::create(b, from, at); }
  Value zero() { return arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f)); }
  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, value); }

  void loop(int64_t count, function_ref<void(Value)> body) {
    if (count == 0)
      return;
    auto loop = scf::ForOp::create(b, index(0), index(count), index(1));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  }

  ImplicitLocOpBuilder &b;
  Value parameters, packed;
};

} // namespace

func::FuncOp nnc::codegen::emitPack(const Plan &plan, ModuleOp module, StringRef symbolSuffix, Location loc) {
  auto b = ImplicitLocOpBuilder::atBlockEnd(loc, module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  auto function = func::FuncOp::create(b, ("pack_" + symbolSuffix).str(), b.getFunctionType({pointer, pointer}, {}));
  function.setPrivate();
  b.setInsertionPointToStart(function.addEntryBlock());
  PackEmitter emitter(b, function.getArgument(0), function.getArgument(1));
  for (const PackedLinear &linear : plan.packedLinears)
    emitter.emit(linear);
  for (const PackedCopy &copy : plan.packedCopies)
    emitter.emit(copy);
  func::ReturnOp::create(b);
  return function;
}
