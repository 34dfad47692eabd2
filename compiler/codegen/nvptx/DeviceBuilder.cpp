//===- DeviceBuilder.cpp - what GPU kernels are written with --------------===//

#include "compiler/codegen/nvptx/DeviceBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace nnc::codegen;

static constexpr unsigned sharedSpace = 3;
static constexpr int64_t warpSize = 32;

Value DeviceBuilder::integer(Type type, int64_t value) {
  return arith::ConstantOp::create(*this, getIntegerAttr(type, value));
}
Value DeviceBuilder::i32(int64_t value) { return integer(getI32Type(), value); }
Value DeviceBuilder::i64(int64_t value) { return integer(getI64Type(), value); }
Value DeviceBuilder::f32(float value) { return arith::ConstantOp::create(*this, getF32FloatAttr(value)); }
VectorType DeviceBuilder::f32Vector(int64_t lanes) { return VectorType::get(lanes, getF32Type()); }

Value DeviceBuilder::threadId(int64_t threads) {
  auto range = LLVM::ConstantRangeAttr::get(getContext(), /*bitWidth=*/32, /*lower=*/0, /*upper=*/threads);
  return NVVM::ThreadIdXOp::create(*this, getI32Type(), range);
}
// Not %laneid, of which ptxas knows nothing: blocks are one-dimensional, so these are the low bits of the thread's id.
Value DeviceBuilder::laneId() { return rem(NVVM::ThreadIdXOp::create(*this, getI32Type()), warpSize); }
Value DeviceBuilder::blockX() { return NVVM::BlockIdXOp::create(*this, getI32Type()); }
Value DeviceBuilder::blockY() { return NVVM::BlockIdYOp::create(*this, getI32Type()); }
Value DeviceBuilder::gridX() { return NVVM::GridDimXOp::create(*this, getI32Type()); }

Value DeviceBuilder::add(Value x, Value y) { return createOrFold<arith::AddIOp>(x, y); }
Value DeviceBuilder::add(Value x, int64_t y) { return add(x, integer(x.getType(), y)); }
Value DeviceBuilder::sub(Value x, Value y) { return createOrFold<arith::SubIOp>(x, y); }
Value DeviceBuilder::mul(Value x, Value y) { return createOrFold<arith::MulIOp>(x, y); }
Value DeviceBuilder::mul(Value x, int64_t y) { return mul(x, integer(x.getType(), y)); }
Value DeviceBuilder::div(Value x, Value y) { return createOrFold<arith::DivUIOp>(x, y); }
Value DeviceBuilder::div(Value x, int64_t y) { return div(x, integer(x.getType(), y)); }
Value DeviceBuilder::rem(Value x, Value y) { return createOrFold<arith::RemUIOp>(x, y); }
Value DeviceBuilder::rem(Value x, int64_t y) { return rem(x, integer(x.getType(), y)); }
Value DeviceBuilder::min(Value x, Value y) { return createOrFold<arith::MinSIOp>(x, y); }
Value DeviceBuilder::max(Value x, Value y) { return createOrFold<arith::MaxSIOp>(x, y); }
Value DeviceBuilder::less(Value x, Value y) { return createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt, x, y); }
Value DeviceBuilder::less(Value x, int64_t y) { return less(x, integer(x.getType(), y)); }
Value DeviceBuilder::equal(Value x, int64_t y) {
  return createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, x, integer(x.getType(), y));
}
Value DeviceBuilder::exclusiveOr(Value x, Value y) { return createOrFold<arith::XOrIOp>(x, y); }
Value DeviceBuilder::logicalAnd(Value x, Value y) { return createOrFold<arith::AndIOp>(x, y); }
Value DeviceBuilder::select(Value condition, Value x, Value y) {
  return createOrFold<arith::SelectOp>(condition, x, y);
}
Value DeviceBuilder::toI64(Value x) { return createOrFold<arith::ExtUIOp>(getI64Type(), x); }
Value DeviceBuilder::toI32(Value x) { return createOrFold<arith::TruncIOp>(getI32Type(), x); }

Value DeviceBuilder::offset(Value pointer, Value count, Type element) {
  return LLVM::GEPOp::create(*this, pointer.getType(), element ? element : getF32Type(), pointer, count);
}

Value DeviceBuilder::offset(Value pointer, int64_t count, Type element) {
  if (count == 0)
    return pointer;
  // 64 bits for a constant too large for the 32 of a GEP's inline index.
  if (!llvm::isInt<31>(count))
    return offset(pointer, i64(count), element);
  return LLVM::GEPOp::create(*this, pointer.getType(), element ? element : getF32Type(), pointer,
                             LLVM::GEPArg(static_cast<int32_t>(count)));
}

Value DeviceBuilder::sharedArray(StringRef name, int64_t elements) {
  auto kernel = getInsertionBlock()->getParentOp()->getParentOfType<FunctionOpInterface>();
  if (!kernel)
    kernel = cast<FunctionOpInterface>(getInsertionBlock()->getParentOp());
  std::string symbol = (kernel.getName() + "_" + name).str();
  {
    InsertionGuard guard(*this);
    setInsertionPoint(kernel);
    LLVM::GlobalOp::create(*this, LLVM::LLVMArrayType::get(getF32Type(), elements), /*isConstant=*/false,
                           LLVM::Linkage::Internal, symbol, Attribute(), /*alignment=*/16, sharedSpace);
  }
  return LLVM::AddressOfOp::create(*this, LLVM::LLVMPointerType::get(getContext(), sharedSpace), symbol);
}

/// Bytes of a scalar or vector.
static int64_t sizeOf(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8 * (vector ? vector.getNumElements() : 1);
}

Value DeviceBuilder::load(Type type, Value pointer) {
  return LLVM::LoadOp::create(*this, type, pointer, static_cast<unsigned>(sizeOf(type)));
}

void DeviceBuilder::store(Value value, Value pointer) {
  LLVM::StoreOp::create(*this, value, pointer, static_cast<unsigned>(sizeOf(value.getType())));
}

void DeviceBuilder::copyAsync(Value shared, Value global, int64_t bytes, Value sourceBytes) {
  // Only 16 bytes can pass the L1 cache by, where they would push out what others read again.
  auto cache = bytes == 16 ? NVVM::LoadCacheModifierKind::CG : NVVM::LoadCacheModifierKind::CA;
  NVVM::CpAsyncOp::create(*this, shared, global, static_cast<uint32_t>(bytes), cache, sourceBytes);
}

void DeviceBuilder::commitCopies() { NVVM::CpAsyncCommitGroupOp::create(*this); }
void DeviceBuilder::waitForCopies(int64_t pendingGroups) {
  NVVM::CpAsyncWaitGroupOp::create(*this, static_cast<uint32_t>(pendingGroups));
}

void DeviceBuilder::barrier() { NVVM::BarrierOp::create(*this); }

Value DeviceBuilder::shuffleXor(Value value, int64_t laneMask) {
  return NVVM::ShflOp::create(*this, value.getType(), /*thread_mask=*/i32(-1), value, i32(laneMask),
                              /*mask_and_clamp=*/i32(warpSize - 1), NVVM::ShflKind::bfly, UnitAttr());
}

void DeviceBuilder::when(Value condition, function_ref<void()> body) {
  auto branch = scf::IfOp::create(*this, condition, /*withElseRegion=*/false);
  InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  body();
}

void DeviceBuilder::loop(Value from, Value to, Value step, function_ref<void(Value)> body) {
  loop(from, to, step, ValueRange(), [&](Value i, ValueRange) {
    body(i);
    return SmallVector<Value>();
  });
}

SmallVector<Value> DeviceBuilder::loop(Value from, Value to, Value step, ValueRange start, CarryingBody body) {
  auto loop = scf::ForOp::create(*this, from, to, step, start);
  InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!start.empty())
    scf::YieldOp::create(*this, next);
  return SmallVector<Value>(loop.getResults());
}
