//===- RowMax.cpp - the largest element of a row --------------------------===//

#include "compiler/codegen/cpu/RowMax.h"

#include "compiler/codegen/NumericsBuilder.h"
#include "compiler/numerics/Softmax.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

Value nnc::codegen::emitRowMax(ImplicitLocOpBuilder &b, VectorType type, int64_t extent, int64_t atOnce,
                               function_ref<Value(Piece)> load) {
  NumericsBuilder vectors(b, type);
  SmallVector<Value> maxima(atOnce, vectors.constant(-std::numeric_limits<float>::infinity()));
  maxima =
      forEachPiece(b, extent, type.getNumElements(), atOnce, maxima, [&](ArrayRef<Piece> pieces, ValueRange carried) {
        SmallVector<Value> next(carried);
        for (auto [max, piece] : llvm::zip(next, pieces))
          max = numerics::softmaxMax(vectors, max, load(piece));
        return next;
      });
  Value max = maxima.front();
  for (Value other : ArrayRef(maxima).drop_front())
    max = numerics::softmaxMax(vectors, max, other);
  max = reduceHalves(b, max, [&](Value low, Value high) {
    NumericsBuilder halves(b, low.getType());
    return numerics::softmaxMax(halves, low, high);
  });
  return vector::BroadcastOp::create(b, type, max);
}
