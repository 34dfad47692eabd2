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
#include "compiler/codegen/cpu/StageEmitter.h"

#include "nnc/abi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

/// Weights of at most so many bytes stay in a core's L2 beside the activations; of more than so many they come from
/// memory.
static constexpr int64_t cachedBytes = 1 << 20, memoryBytes = 64 << 20;

/// Calls of fewer rows a part than this are shared by columns: splitting so few rows would make each part read all
/// weights for little work. From a core's own cache that is cheap, and soon cheaper than to exchange the activations
/// behind each layer. From memory, whose rate the parts share, it stays dear the longest.
static int64_t fewRowsAPart(const Plan &plan) {
  int64_t bytes = plan.packedSize * 4;
  return bytes <= cachedBytes ? 2 : bytes <= memoryBytes ? 24 : 80;
}

namespace {

class ForwardEmitter {
public:
  ForwardEmitter(func::FuncOp forward, const CpuTarget &target, ModuleOp module)
      : forward(forward), module(module), plan(makePlan(forward, *target.level)),
        kernels(module, *target.level, target.symbolSuffix()), suffix(target.symbolSuffix()), tuneCpu(target.tuneCpu),
        b(forward.getLoc(), forward.getContext()), stages(b, plan, kernels) {}

  CpuVariant emit() {
    CpuVariant variant;
    variant.level = plan.level;
    variant.tuneCpu = tuneCpu;
    variant.packedSize = plan.packedSize * 4;
    variant.workspaceSize = llvm::alignTo(plan.workspaceSize * 4, variant.alignment);
    workspaceBytes = variant.workspaceSize;
    variant.pack = emitPack(plan, kernels, module, "pack_" + suffix, forward.getLoc()).getName().str();
    func::FuncOp columns = emitUsesColumns();
    variant.phases = emitPhases(columns).getName().str();
    variant.runPart = emitRunPart(emitShare(columns, emitBlock())).getName().str();
    return variant;
  }

private:
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
    Value few = less(samples, arith::MulIOp::create(b, parts, index(fewRowsAPart(plan))));
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
    buffers.ownWorkspace = buffers.workspace;
    for (const Stage &stage : plan.stages)
      stages.emit(stage, buffers, share);
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

  /// Behind the workspace that all parts share each has one of its own.
  Value ownWorkspace(const CallBuffers &buffers, Value part) {
    Value own = arith::MulIOp::create(b, arith::AddIOp::create(b, part, index(1)), index(workspaceBytes));
    return memref::ViewOp::create(b, bytesType(), buffers.workspace, own, index(workspaceBytes));
  }

  /// This part's samples, block after block, each part in a workspace of its own.
  void emitRows(CallBuffers buffers, Value samples, Value part, Value parts, func::FuncOp block) {
    buffers.workspace = ownWorkspace(buffers, part);
    // Equal shares, though a tile may be cut in each: measured, rows more in one part take longer than the cut.
    auto [first, last] = shareOf(b, samples, part, parts);
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
  void emitColumns(CallBuffers buffers, Value samples, Value phase, Value part, Value parts) {
    buffers.ownWorkspace = ownWorkspace(buffers, part);
    SmallVector<int64_t> cases = llvm::to_vector(llvm::seq<int64_t>(0, plan.stages.size()));
    auto select = scf::IndexSwitchOp::create(b, TypeRange(), phase, cases, cases.size());
    OpBuilder::InsertionGuard guard(b);
    for (auto [stage, region] : llvm::zip_equal(plan.stages, select.getCaseRegions())) {
      b.setInsertionPointToStart(&region.emplaceBlock());
      if (stage.op && isa<nn::LinearOp>(stage.op)) {
        stages.emit(stage, buffers, {index(0), index(0), samples, part, parts});
      } else {
        auto [first, last] = shareOf(b, samples, part, parts);
        stages.emit(stage, buffers, {first, first, arith::SubIOp::create(b, last, first), {}, {}});
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
  StageEmitter stages;
  int64_t workspaceBytes = 0;
};

} // namespace

CpuVariant nnc::codegen::emitForward(func::FuncOp forward, const CpuTarget &target, ModuleOp module) {
  return ForwardEmitter(forward, target, module).emit();
}
