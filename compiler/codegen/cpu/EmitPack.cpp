//===- EmitPack.cpp - the function that packs the weights -----------------===//

#include "compiler/codegen/cpu/EmitPack.h"

#include "compiler/codegen/cpu/AbiBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

namespace {

class PackEmitter {
public:
  PackEmitter(ImplicitLocOpBuilder &b, KernelLibrary &kernels, Value parameters, Value packed)
      : b(b), kernels(kernels), parameters(parameters), packed(bytesAt(b, packed)) {}

  void emit(const PackedCopy &copy) { emitVector(copy.parameter, copy.count, copy.offset, copy.count); }

  void emit(const PackedLinear &linear) {
    if (linear.bias >= 0)
      emitVector(linear.bias, linear.out, linear.offset, linear.biasSize());
    if (linear.panels > 0)
      emitPanels(linear, linear.panels, linear.panelWidth, linear.panelOffset(), 0);
    if (linear.tailWidth > 0)
      emitPanels(linear, 1, linear.tailWidth, linear.tailOffset(), linear.panels * linear.panelWidth);
  }

private:
  /// `count` elements of a parameter, then zeros up to `paddedCount`.
  void emitVector(int64_t parameter, int64_t count, int64_t offset, int64_t paddedCount) {
    Value from = view(parameterBytes(parameter), 0, any, index(count));
    call(kernels.packVector(b.getLoc()), {from, view(packed, offset, any, index(paddedCount))});
  }

  void emitPanels(const PackedLinear &linear, int64_t panels, int64_t width, int64_t offset, int64_t firstColumn) {
    Value from = view(parameterBytes(linear.weight), 0, {any, any}, {index(linear.out), index(linear.in)});
    Value to = view(packed, offset, {any, any, width}, {index(panels), index(linear.paddedIn)});
    call(kernels.packPanels(b.getLoc(), width), {from, to, index(firstColumn)});
  }

  Value parameterBytes(int64_t parameter) {
    Type pointer = LLVM::LLVMPointerType::get(b.getContext());
    return bytesAt(b, loadField(b, parameters, parameter * sizeof(void *), pointer));
  }

  Value view(Value bytes, int64_t offset, ArrayRef<int64_t> shape, ArrayRef<Value> sizes) {
    return memref::ViewOp::create(b, MemRefType::get(shape, b.getF32Type()), bytes, index(offset * 4), sizes);
  }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, value); }
  void call(func::FuncOp kernel, ArrayRef<Value> arguments) { func::CallOp::create(b, kernel, arguments); }

  static constexpr int64_t any = ShapedType::kDynamic;
  ImplicitLocOpBuilder &b;
  KernelLibrary &kernels;
  Value parameters, packed;
};

} // namespace

func::FuncOp nnc::codegen::emitPack(const ModelPlan &plan, KernelLibrary &kernels, ModuleOp module, StringRef name,
                                    Location loc) {
  auto b = ImplicitLocOpBuilder::atBlockEnd(loc, module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  auto function = func::FuncOp::create(b, name, b.getFunctionType({pointer, pointer}, {}));
  function.setPrivate();
  b.setInsertionPointToStart(function.addEntryBlock());
  PackEmitter emitter(b, kernels, function.getArgument(0), function.getArgument(1));
  for (const PackedLinear &linear : plan.packedLinears)
    emitter.emit(linear);
  for (const PackedCopy &copy : plan.packedCopies)
    emitter.emit(copy);
  func::ReturnOp::create(b);
  return function;
}
