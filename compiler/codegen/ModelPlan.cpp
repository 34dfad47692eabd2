//===- ModelPlan.cpp - where the values of a model live -------------------===//

#include "compiler/codegen/ModelPlan.h"

#include "dialects/nn/Model.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

static int64_t product(ArrayRef<int64_t> extents) {
  return std::accumulate(extents.begin(), extents.end(), int64_t(1), std::multiplies<>());
}

/// The value whose elements `value` has: looks through flattens.
static Value storageOf(Value value) {
  while (auto flatten = value.getDefiningOp<nn::FlattenOp>())
    value = flatten.getInput();
  return value;
}

/// Whether `op` treats every index of dimension 0 alone.
static bool keepsDim0Apart(Operation *op) {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([](nn::ParameterOp parameter) {
        return llvm::all_of(parameter->getUses(), [](OpOperand &use) {
          return isa<nn::LinearOp>(use.getOwner()) && use.getOperandNumber() > 0;
        });
      })
      .Case([](nn::FlattenOp flatten) {
        RankedTensorType from = flatten.getInput().getType(), to = flatten.getType();
        return from.getRank() > 0 && from.getDimSize(0) == to.getDimSize(0);
      })
      .Case([](nn::LinearOp linear) { return linear.getInput().getType().getRank() > 1; })
      .Case<nn::SoftmaxOpInterface, nn::ArgmaxOp>([](auto reduction) { return reduction.getNormalizedDim() > 0; })
      .Case([](nn::ElementwiseOpInterface) { return true; })
      .Case([](func::ReturnOp) { return true; })
      .Default(false);
}

/// Whether the samples of `forward` are the indices of dimension 0: all inputs and results agree in it and no operation
/// reads across it.
static bool isBatched(func::FuncOp forward) {
  FunctionType type = forward.getFunctionType();
  auto extents = llvm::map_to_vector(llvm::concat<const Type>(type.getInputs(), type.getResults()), [](Type type) {
    auto tensor = cast<RankedTensorType>(type);
    return tensor.getRank() == 0 ? int64_t(0) : tensor.getDimSize(0);
  });
  return !extents.empty() && extents.front() != 0 && llvm::all_equal(extents) &&
         llvm::all_of(forward.getOps(), [](Operation &op) { return keepsDim0Apart(&op); });
}

ArrayRef<int64_t> ModelPlan::sampleShape(Value value) const {
  return typeOf(value).getShape().drop_front(batched ? 1 : 0);
}

int64_t ModelPlan::sampleSize(Value value) const { return product(sampleShape(value)); }

int64_t ModelPlan::rowWidth(Value value) const {
  ArrayRef<int64_t> shape = sampleShape(value);
  return shape.empty() ? 1 : shape.back();
}

namespace {

/// Fills a ModelPlan, one question at a time.
class Planner {
public:
  Planner(func::FuncOp forward, const ModelPlanTarget &target, ModelPlan &plan)
      : forward(forward), target(target), plan(plan) {
    for (auto [index, parameter] : llvm::enumerate(nn::getParameters(forward->getParentOfType<ModuleOp>())))
      parameterIndex[parameter.name] = index;
  }

  int64_t run() {
    plan.batched = isBatched(forward);
    if (!plan.batched)
      plan.staticSamples = 1;
    else if (FunctionType type = forward.getFunctionType(); !nn::isOpenModel(forward))
      plan.staticSamples =
          cast<RankedTensorType>(type.getNumInputs() ? type.getInput(0) : type.getResult(0)).getDimSize(0);
    listStages();
    placeInputsAndOutputs();
    packWeights();
    int64_t perSample = placeIntermediates();
    for (auto flatten : forward.getOps<nn::FlattenOp>()) {
      Buffer buffer = plan.buffers.lookup(storageOf(flatten));
      buffer.rowStride = plan.rowWidth(flatten);
      plan.buffers[flatten] = buffer;
    }
    return perSample;
  }

private:
  Buffer contiguous(Buffer::Kind kind, Value value, int64_t index, int64_t offset = 0) {
    return {kind, index, offset, plan.sampleSize(value), plan.rowWidth(value)};
  }

  /// Operations that compute, then copies for results that are an input, a parameter or a value already returned.
  void listStages() {
    for (Operation &op : forward.getOps())
      if (!isa<nn::ParameterOp, nn::FlattenOp, func::ReturnOp>(op))
        plan.stages.push_back({&op, {}, 0});
    llvm::DenseSet<Value> returned;
    for (auto [index, operand] : llvm::enumerate(returnOp().getOperands())) {
      Value value = storageOf(operand);
      Operation *op = value.getDefiningOp();
      if (op && !isa<nn::ParameterOp>(op) && returned.insert(value).second)
        plan.buffers[value] = contiguous(Buffer::Kind::Output, value, index);
      else
        plan.stages.push_back({nullptr, value, static_cast<int64_t>(index)});
    }
  }

  void placeInputsAndOutputs() {
    for (BlockArgument argument : forward.getArguments())
      plan.buffers[argument] = contiguous(Buffer::Kind::Input, argument, argument.getArgNumber());
  }

  int64_t allocatePacked(int64_t size) {
    int64_t offset = plan.packedSize;
    plan.packedSize += llvm::alignTo(size, target.alignment());
    return offset;
  }

  /// Equal weights of layers of equal shape are packed once, as are parameters used as values.
  void packWeights() {
    llvm::MapVector<std::pair<int64_t, int64_t>, size_t> linears;
    for (auto linear : forward.getOps<nn::LinearOp>()) {
      int64_t weight = indexOf(linear.getWeight()), bias = linear.getBias() ? indexOf(linear.getBias()) : -1;
      auto [entry, isNew] = linears.insert({{weight, bias}, plan.packedLinears.size()});
      plan.linearIndex[linear] = entry->second;
      if (!isNew)
        continue;
      ArrayRef<int64_t> shape = linear.getWeight().getType().getShape();
      PackedLinear packed = target.layoutLinear(shape[1], shape[0]);
      packed.weight = weight;
      packed.bias = bias;
      packed.offset = allocatePacked(packed.size());
      plan.packedLinears.push_back(packed);
    }
    llvm::DenseMap<int64_t, int64_t> copies;
    for (auto parameter : forward.getOps<nn::ParameterOp>()) {
      bool isValue = llvm::any_of(parameter->getUses(), [](OpOperand &use) {
        return !isa<nn::LinearOp>(use.getOwner()) || use.getOperandNumber() == 0;
      });
      if (!isValue)
        continue;
      auto [copy, isNew] = copies.insert({indexOf(parameter), 0});
      if (isNew) {
        int64_t count = parameter.getType().getNumElements();
        copy->second = allocatePacked(count);
        plan.packedCopies.push_back({copy->first, count, copy->second});
      }
      plan.buffers[parameter] = contiguous(Buffer::Kind::Packed, parameter, 0, copy->second);
    }
  }

  /// The last stage that reads `value`, itself or flattened.
  size_t lastUse(Value value, const llvm::DenseMap<Operation *, size_t> &position) {
    size_t last = 0;
    for (Operation *user : value.getUsers())
      last = std::max(last, isa<nn::FlattenOp>(user) ? lastUse(user->getResult(0), position) : position.lookup(user));
    return last;
  }

  /// Gives each intermediate value a place in the workspace that no value alive at the same time has; returns its size.
  int64_t placeIntermediates() {
    struct Placed {
      int64_t offset, size;
      size_t lastUse;
    };
    llvm::DenseMap<Operation *, size_t> position;
    for (auto [index, stage] : llvm::enumerate(plan.stages))
      if (stage.op)
        position[stage.op] = index;
    position[returnOp()] = plan.stages.size();

    std::vector<Placed> alive;
    int64_t perSample = 0;
    for (auto [index, stage] : llvm::enumerate(plan.stages)) {
      if (!stage.op || plan.buffers.contains(stage.op->getResult(0)))
        continue;
      Value value = stage.op->getResult(0);
      llvm::erase_if(alive, [index = index](const Placed &placed) { return placed.lastUse < index; });
      llvm::sort(alive, [](const Placed &a, const Placed &b) { return a.offset < b.offset; });
      Buffer buffer = target.layoutIntermediate(value, contiguous(Buffer::Kind::Workspace, value, 0));
      int64_t size = llvm::alignTo(buffer.sampleStride, target.alignment()), offset = 0;
      for (const Placed &placed : alive) {
        if (offset + size <= placed.offset)
          break;
        offset = std::max(offset, placed.offset + placed.size);
      }
      alive.push_back({offset, size, lastUse(value, position)});
      buffer.offset = offset;
      plan.buffers[value] = buffer;
      perSample = std::max(perSample, offset + size);
    }
    return perSample;
  }

  int64_t indexOf(Value parameter) {
    return parameterIndex.lookup(parameter.getDefiningOp<nn::ParameterOp>().getName());
  }

  func::ReturnOp returnOp() { return cast<func::ReturnOp>(forward.getBody().front().getTerminator()); }

  func::FuncOp forward;
  const ModelPlanTarget &target;
  ModelPlan &plan;
  llvm::StringMap<int64_t> parameterIndex;
};

} // namespace

int64_t nnc::codegen::planModel(func::FuncOp forward, const ModelPlanTarget &target, ModelPlan &plan) {
  return Planner(forward, target, plan).run();
}

void nnc::codegen::scaleWorkspace(ModelPlan &plan, int64_t samples) {
  for (auto &[value, buffer] : plan.buffers)
    if (buffer.kind == Buffer::Kind::Workspace)
      buffer.offset *= samples;
}
