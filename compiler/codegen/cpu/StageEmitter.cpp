//===- StageEmitter.cpp - one stage of a forward as loops -----------------===//

#include "compiler/codegen/cpu/StageEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/TypeSwitch.h"

#include <numeric>

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

static int64_t product(ArrayRef<int64_t> extents) {
  return std::accumulate(extents.begin(), extents.end(), int64_t(1), std::multiplies<>());
}

static Type elementTypeOf(Value value) { return cast<RankedTensorType>(value.getType()).getElementType(); }

std::pair<Value, Value> nnc::codegen::shareOf(ImplicitLocOpBuilder &b, Value count, Value part, Value parts) {
  Value each = arith::DivUIOp::create(b, count, parts), rest = arith::RemUIOp::create(b, count, parts);
  auto begin = [&](Value part) -> Value {
    return arith::AddIOp::create(b, arith::MulIOp::create(b, each, part), arith::MinUIOp::create(b, part, rest));
  };
  Value next = arith::AddIOp::create(b, part, arith::ConstantIndexOp::create(b, 1));
  return {begin(part), begin(next)};
}

Value StageEmitter::index(int64_t value) { return arith::ConstantIndexOp::create(b, value); }

void StageEmitter::call(func::FuncOp kernel, ArrayRef<Value> arguments) { func::CallOp::create(b, kernel, arguments); }

Value StageEmitter::view(Value value, ArrayRef<int64_t> shape, ValueRange dynamicSizes) {
  const Buffer &buffer = plan.buffers.find(value)->second;
  Value base, first;
  switch (buffer.kind) {
  case Buffer::Kind::Input:
    base = buffers.inputs[buffer.index], first = share.first;
    break;
  case Buffer::Kind::Output:
    base = buffers.outputs[buffer.index], first = share.first;
    break;
  case Buffer::Kind::Workspace:
    base = buffers.workspace, first = share.localFirst;
    break;
  case Buffer::Kind::Packed:
    base = buffers.packed, first = index(0);
    break;
  }
  int64_t elementBytes = elementTypeOf(value).getIntOrFloatBitWidth() / 8;
  Value start = arith::MulIOp::create(b, first, index(buffer.sampleStride * elementBytes));
  start = arith::AddIOp::create(b, start, index(buffer.offset * elementBytes));
  return memref::ViewOp::create(b, MemRefType::get(shape, elementTypeOf(value)), base, start, dynamicSizes);
}

Value StageEmitter::slicesView(Value value, int64_t slicesPerSample, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> whole{ShapedType::kDynamic};
  llvm::append_range(whole, shape);
  return view(value, whole, Value(arith::MulIOp::create(b, share.count, index(slicesPerSample))));
}

Value StageEmitter::rowsView(Value value) {
  ArrayRef<int64_t> shape = plan.sampleShape(value);
  Value rows = arith::MulIOp::create(b, share.count, index(shape.empty() ? 1 : product(shape.drop_back())));
  Value rowStride = index(plan.buffers.find(value)->second.rowStride);
  return view(value, {ShapedType::kDynamic, ShapedType::kDynamic}, {rows, rowStride});
}

Value StageEmitter::flatView(Value value) { return slicesView(value, plan.sampleSize(value), {}); }

void StageEmitter::emit(const Stage &stage, const CallBuffers &newBuffers, const Share &newShare) {
  buffers = newBuffers;
  share = newShare;
  if (!stage.op)
    return emitCopy(stage);
  Location outside = b.getLoc();
  b.setLoc(stage.op->getLoc());
  llvm::TypeSwitch<Operation *>(stage.op)
      .Case([&](nn::LinearOp op) { emitLinear(op); })
      .Case([&](nn::ElementwiseOpInterface op) {
        call(kernels.elementwise(op), {flatView(op->getOperand(0)), flatView(op->getResult(0))});
      })
      .Case<nn::SoftmaxOpInterface, nn::ArgmaxOp>([&](auto op) { emitReduction(op, op.getNormalizedDim()); })
      .Default([](Operation *) { llvm_unreachable("nn-verify-fused lets no other operation through"); });
  b.setLoc(outside);
}

/// The value that result `stage.output` returns, into that result.
void StageEmitter::emitCopy(const Stage &stage) {
  Type elementType = elementTypeOf(stage.source);
  int64_t sampleSize = plan.sampleSize(stage.source);
  int64_t sampleBytes = sampleSize * (elementType.getIntOrFloatBitWidth() / 8);
  Value start = arith::MulIOp::create(b, share.first, index(sampleBytes));
  Value size = arith::MulIOp::create(b, share.count, index(sampleSize));
  Value to = memref::ViewOp::create(b, MemRefType::get({ShapedType::kDynamic}, elementType),
                                    buffers.outputs[stage.output], start, size);
  call(kernels.copy(b.getLoc(), elementType), {flatView(stage.source), to});
}

void StageEmitter::emitLinear(nn::LinearOp op) {
  const PackedLinear &packed = plan.packedLinear(op);
  constexpr int64_t any = ShapedType::kDynamic;
  auto packedView = [&](int64_t offset, ArrayRef<int64_t> shape, ArrayRef<Value> sizes) -> Value {
    return memref::ViewOp::create(b, MemRefType::get(shape, b.getF32Type()), buffers.packed, index(offset * 4), sizes);
  };
  SmallVector<Value> arguments{rowsView(op.getInput())};
  if (packed.bias >= 0)
    arguments.push_back(packedView(packed.offset, any, index(packed.biasSize())));
  arguments.push_back(
      packedView(packed.panelOffset(), {any, any, packed.panelWidth}, {index(packed.panels), index(packed.in)}));
  if (packed.tailWidth > 0)
    arguments.push_back(packedView(packed.tailOffset(), {any, packed.tailWidth}, index(packed.in)));
  arguments.push_back(rowsView(op.getResult()));
  if (const MainTile &tile = plan.level->tileOf(packed.panelWidth); tile.packsRows) {
    Value tiles = arith::DivUIOp::create(b, memref::DimOp::create(b, arguments.front(), 0), index(tile.rows));
    Type type = MemRefType::get({any, any, tile.rows}, b.getF32Type());
    arguments.push_back(memref::ViewOp::create(b, type, buffers.ownWorkspace, index(plan.rowsOffset * 4),
                                               ValueRange{tiles, index(stretchOf(packed.in))}));
  }

  Value panels = index(packed.panels + (packed.tailWidth > 0 ? 1 : 0));
  auto [first, last] = share.part ? shareOf(b, panels, share.part, share.parts) : std::pair(index(0), panels);
  Value tailColumns = index(packed.out - packed.panels * packed.panelWidth);
  llvm::append_values(arguments, index(packed.in), tailColumns, index(stretchOf(packed.in)), first, last);
  call(kernels.linear(op, packed), arguments);
}

/// A softmax or argmax along `dim` of the whole type: slices around it, `inner` elements from one to the next along it.
template <typename Op> void StageEmitter::emitReduction(Op op, int64_t dim) {
  ArrayRef<int64_t> shape = nn::reducedShape(plan.sampleShape(op->getOperand(0)));
  int64_t sampleDim = dim - (plan.batched ? 1 : 0);
  int64_t slices = product(shape.take_front(sampleDim));
  int64_t extent = shape[sampleDim], inner = product(shape.drop_front(sampleDim + 1));
  Value x = slicesView(op->getOperand(0), slices, {extent, inner});
  if constexpr (std::is_same_v<Op, nn::SoftmaxOpInterface>)
    call(kernels.softmax(op, extent, inner), {x, slicesView(op->getResult(0), slices, {extent, inner})});
  else
    call(kernels.argmax(op, extent, inner), {x, slicesView(op->getResult(0), slices, inner)});
}
