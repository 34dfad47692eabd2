//===- AbiBuilder.cpp - the C side of generated functions -----------------===//

#include "compiler/codegen/cpu/AbiBuilder.h"

#include "nnc/abi.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace nnc::codegen;

/// MXCSR as the psABI has it at program start: all exceptions masked, round to nearest, FTZ and DAZ off.
static constexpr int32_t defaultMxcsr = 0x1f80;

static Type pointerType(ImplicitLocOpBuilder &b) { return LLVM::LLVMPointerType::get(b.getContext()); }

static Value integer(ImplicitLocOpBuilder &b, Type type, int64_t value) {
  return LLVM::ConstantOp::create(b, type, b.getIntegerAttr(type, value));
}

static Value callIntrinsic(ImplicitLocOpBuilder &b, Type result, StringRef name, ValueRange arguments) {
  auto call = LLVM::CallIntrinsicOp::create(b, result ? TypeRange(result) : TypeRange(), b.getStringAttr(name),
                                            arguments, LLVM::FastmathFlagsAttr());
  return result ? call->getResult(0) : Value();
}

Value nnc::codegen::loadField(ImplicitLocOpBuilder &b, Value base, int64_t offset, Type type) {
  Value address = LLVM::GEPOp::create(b, pointerType(b), b.getI8Type(), base, ArrayRef<LLVM::GEPArg>{int32_t(offset)});
  return LLVM::LoadOp::create(b, type, address);
}

Value nnc::codegen::bytesAt(ImplicitLocOpBuilder &b, Value pointer) {
  // The descriptor that the memref becomes in the LLVM dialect; the cast goes away when both sides are lowered.
  auto type = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
  LLVMTypeConverter converter(b.getContext());
  auto descriptor = MemRefDescriptor::poison(b, b.getLoc(), converter.convertType(type));
  descriptor.setAllocatedPtr(b, b.getLoc(), pointer);
  descriptor.setAlignedPtr(b, b.getLoc(), pointer);
  descriptor.setConstantOffset(b, b.getLoc(), 0);
  descriptor.setConstantSize(b, b.getLoc(), 0, ShapedType::kDynamic);
  descriptor.setConstantStride(b, b.getLoc(), 0, 1);
  return UnrealizedConversionCastOp::create(b, type, Value(descriptor)).getResult(0);
}

Value nnc::codegen::enterFloatEnvironment(ImplicitLocOpBuilder &b, const CpuLevel &level) {
  if (level.machine == NNC_MACHINE_AARCH64) {
    Value saved = callIntrinsic(b, b.getI64Type(), "llvm.aarch64.get.fpcr", {});
    callIntrinsic(b, {}, "llvm.aarch64.set.fpcr", integer(b, b.getI64Type(), 0));
    return saved;
  }
  Type i32 = b.getI32Type();
  Value saved = LLVM::AllocaOp::create(b, pointerType(b), i32, integer(b, i32, 1));
  Value ours = LLVM::AllocaOp::create(b, pointerType(b), i32, integer(b, i32, 1));
  callIntrinsic(b, {}, "llvm.x86.sse.stmxcsr", saved);
  LLVM::StoreOp::create(b, integer(b, i32, defaultMxcsr), ours);
  callIntrinsic(b, {}, "llvm.x86.sse.ldmxcsr", ours);
  return saved;
}

void nnc::codegen::leaveFloatEnvironment(ImplicitLocOpBuilder &b, const CpuLevel &level, Value saved) {
  callIntrinsic(b, {}, level.machine == NNC_MACHINE_AARCH64 ? "llvm.aarch64.set.fpcr" : "llvm.x86.sse.ldmxcsr", saved);
}
