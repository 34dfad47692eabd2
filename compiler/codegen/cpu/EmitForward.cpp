//===- EmitForward.cpp - a fused forward as loops for one CPU level -------===//
//
// Emits, for the functions of abi.h:
//
//   pack       copies the parameters into the layout of the plan (EmitPack.cpp)
//   phases     1, or the number of stages when a call of few rows is shared by columns
//   run_part   sets the floating-point environment and calls `share`
//   share      rows: this part's samples, block after block, through `block`
//              columns: one stage, this part's panels of it
//   block      all stages for one block of samples
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/cpu/EmitForward.h"

#include "compiler/codegen/cpu/AbiBuilder.h"
#include "compiler/codegen/cpu/EmitPack.h"
#include "compiler/codegen/cpu/Kernels.h"

#include "nnc/abi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

/// Calls of fewer rows a part than this are shared by columns: splitting so few rows would make each part read all
/// weights for little work.
static constexpr int64_t fewRowsAPart = 8;

namespace {

/// The buffers of one call, as memrefs of bytes.
struct CallBuffers {
  SmallVector<Value> inputs, outputs;
  Value packed, workspace;
};

/// The share of a stage: samples [first, first + count) and, of a linear's panels, part `part` of `parts`.
struct Share {
  Value first;      ///< in inputs and outputs
  Value localFirst; ///< in the workspace
  Value count;
  Value part, parts; ///< null for all panels
};

class ForwardEmitter {
public:
  ForwardEmitter(func::FuncOp forward, const CpuTarget &target, ModuleOp module)
      : forward(forward), module(module), plan(makePlan(forward, *target.level)),
        kernels(module, *target.level, target.symbolSuffix()), suffix(target.symbolSuffix()), tuneCpu(target.tuneCpu),
        b(forward.getLoc(), forward.getContext()) {}

  CpuVariant emit() {
    CpuVariant variant;
    variant.level = plan.level;
    variant.tuneCpu = tuneCpu;
    variant.packedSize = plan.packedSize * 4;
    variant.workspaceSize = llvm::alignTo(plan.workspaceSize * 4, variant.alignment);
    workspaceBytes = variant.workspaceSize;
    variant.pack = emitPack(plan, module, suffix, forward.getLoc()).getName().str();
    func::FuncOp columns = emitUsesColumns();
    variant.phases = emitPhases(columns).getName().str();
    variant.runPart = emitRunPart(emitShare(columns, emitBlock())).getName().str();
    return variant;
  }

private:
  //===--------------------------------------------------------------------===//
  // Stages
  //===--------------------------------------------------------------------===//

  /// A view of `value`'s elements from the share's first sample on.
  Value view(Value value, ArrayRef<int64_t> shape, ValueRange dynamicSizes, const CallBuffers &buffers,
             const Share &share) {
    const Buffer &buffer = plan.buffers.find(value)->second;
    Type elementType = cast<RankedTensorType>(value.getType()).getElementType();
    int64_t elementBytes = elementType.getIntOrFloatBitWidth() / 8;
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
    Value start = arith::MulIOp::create(b, first, index(buffer.sampleStride * elementBytes));
    start = arith::AddIOp::create(b, start, index(buffer.offset * elementBytes));
    return memref::ViewOp::create(b, MemRefType::get(shape, elementType), base, start, dynamicSizes);
  }

  /// `value` as rows of its last dimension.
  Value rowsView(Value value, const CallBuffers &buffers, const Share &share) {
    int64_t rowStride = plan.buffers.find(value)->second.rowStride;
    Value rows = arith::MulIOp::create(b, share.count, index(rowsPerSample(value)));
    return view(value, {ShapedType::kDynamic, rowStride}, rows, buffers, share);
  }

  /// `value` as one dimension, or as (slices, extent, inner) around dimension `dim`.
  Value flatView(Value value, const CallBuffers &buffers, const Share &share) {
    Value size = arith::MulIOp::create(b, share.count, index(product(plan.sampleShape(value))));
    return view(value, {ShapedType::kDynamic}, size, buffers, share);
  }

  int64_t rowsPerSample(Value value) {
    ArrayRef<int64_t> shape = plan.sampleShape(value);
    return shape.empty() ? 1 : product(shape.drop_back());
  }

  static int64_t product(ArrayRef<int64_t> extents) {
    return std::accumulate(extents.begin(), extents.end(), int64_t(1), std::multiplies<>());
  }

  void emitStage(const Stage &stage, const CallBuffers &buffers, const Share &share) {
    if (!stage.op)
      return emitCopy(stage, buffers, share);
    b.setLoc(stage.op->getLoc());
    llvm::TypeSwitch<Operation *>(stage.op)
        .Case([&](nn::LinearOp op) { emitLinear(op, buffers, share); })
        .Case([&](nn::ElementwiseOpInterface op) {
          call(kernels.elementwise(op),
               {flatView(op->getOperand(0), buffers, share), flatView(op->getResult(0), buffers, share)});
        })
        .Case([&](nn::SoftmaxOp op) { emitReduction(op, op.getNormalizedDim(), buffers, share); })
        .Case([&](nn::ArgmaxOp op) { emitReduction(op, op.getNormalizedDim(), buffers, share); })
        .Default([](Operation *) { llvm_unreachable("nn-verify-fused lets no other operation through"); });
    b.setLoc(forward.getLoc());
  }

  /// The value that result `stage.output` returns, into that result.
  void emitCopy(const Stage &stage, const CallBuffers &buffers, const Share &share) {
    auto type = cast<RankedTensorType>(stage.source.getType());
    Value from = flatView(stage.source, buffers, share);
    Value size = arith::MulIOp::create(b, share.count, index(product(plan.sampleShape(stage.source))));
    int64_t elementBytes = type.getElementType().getIntOrFloatBitWidth() / 8;
    Value start = arith::MulIOp::create(b, share.first, index(product(plan.sampleShape(stage.source)) * elementBytes));
    Value to = memref::ViewOp::create(b, MemRefType::get({ShapedType::kDynamic}, type.getElementType()),
                                      buffers.outputs[stage.output], start, size);
    call(kernels.copy(b.getLoc(), type.getElementType()), {from, to});
  }

  void emitLinear(nn::LinearOp op, const CallBuffers &buffers, const Share &share) {
    const PackedLinear &packed = plan.packedLinears[plan.linearIndex.lookup(op)];
    auto packedView = [&](int64_t offset, ArrayRef<int64_t> shape) -> Value {
      return memref::ViewOp::create(b, MemRefType::get(shape, b.getF32Type()), buffers.packed, index(offset * 4),
                                    ValueRange());
    };
    SmallVector<Value> arguments{rowsView(op.getInput(), buffers, share)};
    if (packed.bias >= 0)
      arguments.push_back(packedView(packed.offset, packed.biasSize()));
    if (packed.panels > 0)
      arguments.push_back(packedView(packed.panelOffset(), {packed.panels, packed.in, packed.panelWidth}));
    if (packed.tailWidth > 0)
      arguments.push_back(packedView(packed.tailOffset(), {packed.in, packed.tailWidth}));
    arguments.push_back(rowsView(op.getResult(), buffers, share));

    Value panels = index(packed.panels + (packed.tailWidth > 0 ? 1 : 0));
    auto [firstPanel, lastPanel] = share.part ? range(panels, share.part, share.parts) : std::pair(index(0), panels);
    llvm::append_values(arguments, firstPanel, lastPanel);
    call(kernels.linear(op, packed, plan.buffers.find(op.getInput())->second.rowStride,
                        plan.buffers.find(op.getResult())->second.rowStride),
         arguments);
  }

  /// A softmax or argmax along `dim` of the whole type.
  template <typename Op> void emitReduction(Op op, int64_t dim, const CallBuffers &buffers, const Share &share) {
    ArrayRef<int64_t> shape = plan.sampleShape(op.getInput());
    int64_t sampleDim = dim - (plan.batched ? 1 : 0);
    int64_t extent = shape[sampleDim], inner = product(shape.drop_front(sampleDim + 1));
    Value slices = arith::MulIOp::create(b, share.count, index(product(shape.take_front(sampleDim))));
    Value x = view(op.getInput(), {ShapedType::kDynamic, extent, inner}, slices, buffers, share);
    if constexpr (std::is_same_v<Op, nn::SoftmaxOp>) {
      Value y = view(op.getResult(), {ShapedType::kDynamic, extent, inner}, slices, buffers, share);
      call(kernels.softmax(op, extent, inner), {x, y});
    } else {
      Value y = view(op.getResult(), {ShapedType::kDynamic, inner}, slices, buffers, share);
      call(kernels.argmax(op, extent, inner), {x, y});
    }
  }

  //===--------------------------------------------------------------------===//
  // Functions
  //===--------------------------------------------------------------------===//

  /// A private function `name` with an empty body into which `b` inserts.
  func::FuncOp begin(const Twine &name, TypeRange arguments, TypeRange results) {
    b.setInsertionPointToEnd(module.getBody());
    auto function = func::FuncOp::create(b, (name + "_" + suffix).str(), b.getFunctionType(arguments, results));
    function.setPrivate();
    b.setInsertionPointToStart(function.addEntryBlock());
    return function;
  }

  /// (samples: index, parts: index) -> i1: whether a call is shared by columns.
  func::FuncOp emitUsesColumns() {
    func::FuncOp function = begin("uses_columns", {b.getIndexType(), b.getIndexType()}, b.getI1Type());
    Value samples = function.getArgument(0), parts = function.getArgument(1);
    auto less = [&](Value left, Value right) -> Value {
      return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, left, right);
    };
    Value several = less(index(1), parts);
    Value few = less(samples, arith::MulIOp::create(b, parts, index(fewRowsAPart)));
    Value fits = less(samples, index(plan.blockSamples + 1));
    Value columns = arith::AndIOp::create(b, arith::AndIOp::create(b, several, few), fits);
    func::ReturnOp::create(b, columns);
    return function;
  }

  Value samplesOf(Value callPointer) {
    if (plan.staticSamples >= 0)
      return index(plan.staticSamples);
    return toIndex(loadField(b, callPointer, offsetof(nnc_call, batch), b.getI64Type()));
  }

  /// (call: !llvm.ptr, parts: i32) -> i32
  func::FuncOp emitPhases(func::FuncOp usesColumns) {
    func::FuncOp function = begin("phases", {pointerType(), b.getI32Type()}, b.getI32Type());
    Value columns = call(usesColumns, {samplesOf(function.getArgument(0)), toIndex(function.getArgument(1))}).front();
    Value stages = arith::ConstantOp::create(b, b.getI32IntegerAttr(std::max<int32_t>(plan.stages.size(), 1)));
    Value one = arith::ConstantOp::create(b, b.getI32IntegerAttr(1));
    Value phases = arith::SelectOp::create(b, columns, stages, one);
    func::ReturnOp::create(b, phases);
    return function;
  }

  /// (inputs..., outputs..., packed, workspace: memref<?xi8>, first: index, count: index): all stages for samples
  /// [first, first + count) in a workspace of one block.
  func::FuncOp emitBlock() {
    SmallVector<Type> arguments(bufferCount(), bytesType());
    arguments.append(2, b.getIndexType());
    func::FuncOp function = begin("block", arguments, {});
    SmallVector<Value> values(function.getArguments());
    Share share{values[bufferCount()], index(0), values[bufferCount() + 1], {}, {}};
    CallBuffers buffers = unflatten(values);
    for (const Stage &stage : plan.stages)
      emitStage(stage, buffers, share);
    func::ReturnOp::create(b);
    return function;
  }

  /// (call: !llvm.ptr, phase: i32, part: i32, parts: i32)
  func::FuncOp emitShare(func::FuncOp usesColumns, func::FuncOp block) {
    Type i32 = b.getI32Type();
    func::FuncOp function = begin("share", {pointerType(), i32, i32, i32}, {});
    // The environment is set around this call: nothing of it may move out.
    function->setAttr("passthrough", b.getStrArrayAttr({"noinline"}));
    Value callPointer = function.getArgument(0), phase = toIndex(function.getArgument(1));
    Value part = toIndex(function.getArgument(2)), parts = toIndex(function.getArgument(3));
    Value samples = samplesOf(callPointer);
    CallBuffers buffers = loadBuffers(callPointer);
    Value columns = call(usesColumns, {samples, parts}).front();
    auto branch = scf::IfOp::create(b, columns, /*withElseRegion=*/true);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      emitColumns(buffers, samples, phase, part, parts);
      b.setInsertionPointToStart(branch.elseBlock());
      emitRows(buffers, samples, part, parts, block);
    }
    func::ReturnOp::create(b);
    return function;
  }

  /// This part's samples, block after block, each part in a workspace of its own.
  void emitRows(CallBuffers buffers, Value samples, Value part, Value parts, func::FuncOp block) {
    Value own = arith::MulIOp::create(b, arith::AddIOp::create(b, part, index(1)), index(workspaceBytes));
    buffers.workspace = memref::ViewOp::create(b, bytesType(), buffers.workspace, own, index(workspaceBytes));
    auto [first, last] = range(samples, part, parts);
    auto loop = scf::ForOp::create(b, first, last, index(plan.blockSamples));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value at = loop.getInductionVar();
    Value count = arith::MinUIOp::create(b, index(plan.blockSamples), arith::SubIOp::create(b, last, at));
    SmallVector<Value> arguments = flatten(buffers);
    llvm::append_values(arguments, at, count);
    call(block, arguments);
  }

  /// Stage `phase`: of a linear this part's panels for all samples, of anything else this part's samples.
  void emitColumns(const CallBuffers &buffers, Value samples, Value phase, Value part, Value parts) {
    SmallVector<int64_t> cases = llvm::to_vector(llvm::seq<int64_t>(0, plan.stages.size()));
    auto select = scf::IndexSwitchOp::create(b, TypeRange(), phase, cases, cases.size());
    OpBuilder::InsertionGuard guard(b);
    for (auto [stage, region] : llvm::zip_equal(plan.stages, select.getCaseRegions())) {
      b.setInsertionPointToStart(&region.emplaceBlock());
      if (stage.op && isa<nn::LinearOp>(stage.op)) {
        emitStage(stage, buffers, {index(0), index(0), samples, part, parts});
      } else {
        auto [first, last] = range(samples, part, parts);
        emitStage(stage, buffers, {first, first, arith::SubIOp::create(b, last, first), {}, {}});
      }
      scf::YieldOp::create(b);
    }
    b.setInsertionPointToStart(&select.getDefaultRegion().emplaceBlock());
    scf::YieldOp::create(b);
  }

  /// The exported form of `share`: the caller's floating-point environment is kept.
  func::FuncOp emitRunPart(func::FuncOp share) {
    func::FuncOp function = begin("run_part", share.getArgumentTypes(), {});
    Value saved = enterFloatEnvironment(b, *plan.level);
    call(share, SmallVector<Value>(function.getArguments()));
    leaveFloatEnvironment(b, *plan.level, saved);
    func::ReturnOp::create(b);
    return function;
  }

  //===--------------------------------------------------------------------===//
  // Small things
  //===--------------------------------------------------------------------===//

  /// [first, last) of `count` things for part `part` of `parts`: shares differ by at most one and do not overflow.
  std::pair<Value, Value> range(Value count, Value part, Value parts) {
    Value each = arith::DivUIOp::create(b, count, parts), rest = arith::RemUIOp::create(b, count, parts);
    auto begin = [&](Value part) -> Value {
      return arith::AddIOp::create(b, arith::MulIOp::create(b, each, part), arith::MinUIOp::create(b, part, rest));
    };
    return {begin(part), begin(arith::AddIOp::create(b, part, index(1)))};
  }

  CallBuffers loadBuffers(Value callPointer) {
    CallBuffers buffers;
    Value inputs = loadField(b, callPointer, offsetof(nnc_call, inputs), pointerType());
    Value outputs = loadField(b, callPointer, offsetof(nnc_call, outputs), pointerType());
    for (unsigned i = 0; i < forward.getNumArguments(); ++i)
      buffers.inputs.push_back(bytesAt(b, loadField(b, inputs, i * sizeof(void *), pointerType())));
    for (unsigned i = 0; i < forward.getNumResults(); ++i)
      buffers.outputs.push_back(bytesAt(b, loadField(b, outputs, i * sizeof(void *), pointerType())));
    buffers.packed = bytesAt(b, loadField(b, callPointer, offsetof(nnc_call, packed), pointerType()));
    buffers.workspace = bytesAt(b, loadField(b, callPointer, offsetof(nnc_call, workspace), pointerType()));
    return buffers;
  }

  unsigned bufferCount() { return forward.getNumArguments() + forward.getNumResults() + 2; }

  static SmallVector<Value> flatten(const CallBuffers &buffers) {
    SmallVector<Value> values(buffers.inputs);
    llvm::append_range(values, buffers.outputs);
    llvm::append_values(values, buffers.packed, buffers.workspace);
    return values;
  }

  CallBuffers unflatten(ArrayRef<Value> values) {
    unsigned inputs = forward.getNumArguments(), outputs = forward.getNumResults();
    return {SmallVector<Value>(values.take_front(inputs)), SmallVector<Value>(values.slice(inputs, outputs)),
            values[inputs + outputs], values[inputs + outputs + 1]};
  }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, value); }
  Value toIndex(Value value) { return arith::IndexCastUIOp::create(b, b.getIndexType(), value); }
  Type pointerType() { return LLVM::LLVMPointerType::get(b.getContext()); }
  MemRefType bytesType() { return MemRefType::get({ShapedType::kDynamic}, b.getI8Type()); }
  ResultRange call(func::FuncOp callee, ArrayRef<Value> arguments) {
    return func::CallOp::create(b, callee, arguments).getResults();
  }

  func::FuncOp forward;
  ModuleOp module;
  Plan plan;
  KernelLibrary kernels;
  std::string suffix, tuneCpu;
  ImplicitLocOpBuilder b;
  int64_t workspaceBytes = 0;
};

} // namespace

CpuVariant nnc::codegen::emitForward(func::FuncOp forward, const CpuTarget &target, ModuleOp module) {
  return ForwardEmitter(forward, target, module).emit();
}
