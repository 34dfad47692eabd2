//===- NNOps.cpp - type inference, verifiers and folds of the nn dialect --===//

#include "dialects/nn/NN.h"

#include "dialects/nn/Model.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace nnc::nn;

static FloatAttr toF32(MLIRContext *context, const APFloat &value) {
  return FloatAttr::get(Float32Type::get(context), value);
}

/// f(f(x)) -> f(x), also where a linear ends with f.
static OpFoldResult foldIdempotent(ElementwiseOpInterface op) {
  Value input = op->getOperand(0);
  Attribute function = op.getElementFunction();
  if (auto producer = input.getDefiningOp<ElementwiseOpInterface>())
    return producer.getElementFunction() == function ? input : Value();
  auto linear = input.getDefiningOp<LinearOp>();
  bool endsWithIt = linear && linear.getEpilogue() && !linear.getEpilogue()->empty() &&
                    linear.getEpilogue()->getValue().back() == function;
  return endsWithIt ? input : Value();
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

bool nnc::nn::hasActivationShape(RankedTensorType type) {
  if (type.getEncoding())
    return false;
  for (auto [dim, extent] : llvm::enumerate(type.getShape()))
    if (extent < 1 && !(dim == 0 && ShapedType::isDynamic(extent)))
      return false;
  return true;
}

std::optional<int64_t> nnc::nn::normalizeDim(int64_t dim, int64_t rank) {
  if (dim < -rank || dim >= rank)
    return std::nullopt;
  return dim < 0 ? dim + rank : dim;
}

ArrayRef<int64_t> nnc::nn::reducedShape(ArrayRef<int64_t> shape) {
  static constexpr int64_t one = 1;
  return shape.empty() ? ArrayRef(one) : shape;
}

/// The text of an error for a dimension outside [-rank, rank).
static std::string dimOutOfRange(StringRef attribute, int64_t dim, RankedTensorType type) {
  return llvm::formatv("'{0}' is {1}, but the input '{2}' has rank {3}", attribute, dim, type, type.getRank());
}

/// The dimension along which `op` reduces: in range, and not the open batch.
static FailureOr<int64_t> checkReducedDim(std::optional<Location> loc, StringRef op, int64_t dim,
                                          RankedTensorType type) {
  ArrayRef<int64_t> shape = reducedShape(type.getShape());
  std::optional<int64_t> normalized = normalizeDim(dim, shape.size());
  if (!normalized)
    return emitOptionalError(loc, "'", op, "' op ", dimOutOfRange("dim", dim, type));
  if (ShapedType::isDynamic(shape[*normalized]))
    return emitOptionalError(loc, "'", op, "' op 'dim' is ", dim, ", the open batch of ", type,
                             "; no operation may read across it");
  return *normalized;
}

//===----------------------------------------------------------------------===//
// Generated definitions, which use what stands above
//===----------------------------------------------------------------------===//

#define GET_OP_CLASSES
#include "dialects/nn/NNOps.cpp.inc"

//===----------------------------------------------------------------------===//
// ParameterOp
//===----------------------------------------------------------------------===//

LogicalResult ParameterOp::verify() {
  if (getName().empty())
    return emitOpError("expects a name that is not empty");
  if (!isNameText(getName()))
    return emitOpError("expects a name in UTF-8 without control characters, not ") << getNameAttr();
  return success();
}

//===----------------------------------------------------------------------===//
// FlattenOp
//===----------------------------------------------------------------------===//

LogicalResult FlattenOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                          SmallVectorImpl<Type> &inferred) {
  auto type = cast<RankedTensorType>(adaptor.getInput().getType());
  // As in PyTorch a tensor without dimensions becomes one of one element.
  int64_t rank = std::max<int64_t>(type.getRank(), 1);
  auto start = normalizeDim(adaptor.getStartDim(), rank), end = normalizeDim(adaptor.getEndDim(), rank);
  if (!start)
    return emitOptionalError(loc, "'nn.flatten' op ", dimOutOfRange("start_dim", adaptor.getStartDim(), type));
  if (!end)
    return emitOptionalError(loc, "'nn.flatten' op ", dimOutOfRange("end_dim", adaptor.getEndDim(), type));
  if (*start > *end)
    return emitOptionalError(loc, "'nn.flatten' op 'start_dim' (", *start, ") comes after 'end_dim' (", *end, ")");

  SmallVector<int64_t> shape;
  if (type.getRank() == 0) {
    shape = {1};
  } else {
    ArrayRef<int64_t> from = type.getShape(), merged = from.slice(*start, *end - *start + 1);
    if (merged.size() > 1 && ShapedType::isDynamic(merged.front()))
      return emitOptionalError(loc, "'nn.flatten' op cannot merge the open batch of ", type, " with other dimensions");
    llvm::append_range(shape, from.take_front(*start));
    int64_t product = 1;
    for (int64_t extent : merged)
      if (merged.size() > 1 && llvm::MulOverflow(product, extent, product))
        return emitOptionalError(loc, "'nn.flatten' op the merged extent of ", type, " does not fit 64 bits");
    shape.push_back(merged.size() > 1 ? product : merged.front());
    llvm::append_range(shape, from.drop_front(*end + 1));
  }
  inferred.push_back(RankedTensorType::get(shape, type.getElementType()));
  return success();
}

/// flatten(x) -> x when nothing is merged.
OpFoldResult FlattenOp::fold(FoldAdaptor) { return getType() == getInput().getType() ? getInput() : Value(); }

//===----------------------------------------------------------------------===//
// LinearOp
//===----------------------------------------------------------------------===//

LogicalResult LinearOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                         SmallVectorImpl<Type> &inferred) {
  auto input = cast<RankedTensorType>(adaptor.getInput().getType());
  auto weight = cast<RankedTensorType>(adaptor.getWeight().getType());
  if (weight.getRank() != 2)
    return emitOptionalError(loc, "'nn.linear' op expects a weight of rank 2 (out, in), but got ", weight);
  if (input.getRank() == 0)
    return emitOptionalError(loc, "'nn.linear' op expects an input of rank 1 or more, but got ", input);
  int64_t last = input.getRank() - 1;
  if (input.isDynamicDim(last))
    return emitOptionalError(loc, "'nn.linear' op the last dimension of its input ", input,
                             " is the open batch; no operation may read across it");
  if (weight.getDimSize(1) != input.getDimSize(last))
    return emitOptionalError(loc, "'nn.linear' op expects weight dimension 1 (", weight.getDimSize(1),
                             ") to equal the input's last dimension (", input.getDimSize(last), ")");
  if (Value bias = adaptor.getBias()) {
    auto type = cast<RankedTensorType>(bias.getType());
    if (type.getRank() != 1)
      return emitOptionalError(loc, "'nn.linear' op expects a bias of rank 1 (out), but got ", type);
    if (type.getDimSize(0) != weight.getDimSize(0))
      return emitOptionalError(loc, "'nn.linear' op expects bias dimension 0 (", type.getDimSize(0),
                               ") to equal weight dimension 0 (", weight.getDimSize(0), ")");
  }
  SmallVector<int64_t> shape(input.getShape());
  shape.back() = weight.getDimSize(0);
  inferred.push_back(RankedTensorType::get(shape, input.getElementType()));
  return success();
}

//===----------------------------------------------------------------------===//
// ArgmaxOp
//===----------------------------------------------------------------------===//

LogicalResult ArgmaxOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                         SmallVectorImpl<Type> &inferred) {
  auto type = cast<RankedTensorType>(adaptor.getInput().getType());
  FailureOr<int64_t> dim = checkReducedDim(loc, getOperationName(), adaptor.getDim(), type);
  if (failed(dim))
    return failure();
  SmallVector<int64_t> shape(reducedShape(type.getShape()));
  shape.erase(shape.begin() + *dim);
  inferred.push_back(RankedTensorType::get(shape, IntegerType::get(context, 64)));
  return success();
}

int64_t ArgmaxOp::getNormalizedDim() {
  return *normalizeDim(getDim(), reducedShape(getInput().getType().getShape()).size());
}
