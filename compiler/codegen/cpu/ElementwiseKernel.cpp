//===- ElementwiseKernel.cpp - the loops of element functions -------------===//

#include "compiler/codegen/cpu/Kernels.h"

#include "compiler/codegen/ElementFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace nnc;
using namespace nnc::codegen;

func::FuncOp KernelLibrary::elementwise(nn::ElementwiseOpInterface op) {
  nn::ElementFunctionAttrInterface function = op.getElementFunction();
  Type type = MemRefType::get({ShapedType::kDynamic}, Float32Type::get(op.getContext()));
  return getOrEmit("elementwise" + elementFunctionName(function), op.getLoc(), {type, type},
                   [&](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
                     Value x = arguments[0], y = arguments[1];
                     auto vectorType = VectorType::get(level.lanes, b.getF32Type());
                     Value zero = arith::ConstantIndexOp::create(b, 0);
                     Value lanes = arith::ConstantIndexOp::create(b, level.lanes);
                     Value size = memref::DimOp::create(b, x, 0);
                     Value whole = arith::SubIOp::create(b, size, arith::RemUIOp::create(b, size, lanes));
                     auto loop = [&](Value from, Value to, Value step, function_ref<void(Value)> body) {
                       auto loop = scf::ForOp::create(b, from, to, step);
                       OpBuilder::InsertionGuard guard(b);
                       b.setInsertionPointToStart(loop.getBody());
                       body(loop.getInductionVar());
                     };
                     loop(zero, whole, lanes, [&](Value i) {
                       Value value = vector::LoadOp::create(b, vectorType, x, i);
                       vector::StoreOp::create(b, applyElementFunction(b, function, value), y, i);
                     });
                     // What is left over: at most one vector.
                     loop(whole, size, lanes, [&](Value i) {
                       Value mask = vector::CreateMaskOp::create(b, vectorType.clone(b.getI1Type()),
                                                                 ValueRange{arith::SubIOp::create(b, size, i)});
                       Value none = arith::ConstantOp::create(b, DenseElementsAttr::get(vectorType, 0.0f));
                       Value value = vector::MaskedLoadOp::create(b, vectorType, x, i, mask, none);
                       vector::MaskedStoreOp::create(b, y, i, mask, applyElementFunction(b, function, value));
                     });
                   });
}

func::FuncOp KernelLibrary::epilogue(Location loc, ArrayRef<Attribute> epilogue) {
  constexpr int64_t any = ShapedType::kDynamic;
  Builder types(loc.getContext());
  Type matrix = MemRefType::get({any, any}, types.getF32Type()), index = types.getIndexType();
  return getOrEmit("epilogue" + epilogueName(epilogue), loc, {matrix, index, index, index, index},
                   [&](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
                     Value y = arguments[0];
                     auto vectorType = VectorType::get(level.lanes, b.getF32Type());
                     auto loop = [&](Value from, Value to, int64_t step, function_ref<void(Value)> body) {
                       auto loop = scf::ForOp::create(b, from, to, arith::ConstantIndexOp::create(b, step));
                       OpBuilder::InsertionGuard guard(b);
                       b.setInsertionPointToStart(loop.getBody());
                       body(loop.getInductionVar());
                     };
                     loop(arguments[1], arguments[2], 1, [&](Value row) {
                       loop(arguments[3], arguments[4], level.lanes, [&](Value column) {
                         // Always with a mask, so that there is one copy of what may be long.
                         Value lanes = arith::SubIOp::create(b, arguments[4], column);
                         Value mask =
                             vector::CreateMaskOp::create(b, VectorType::get(level.lanes, b.getI1Type()), lanes);
                         Value none = arith::ConstantOp::create(b, DenseElementsAttr::get(vectorType, 0.0f));
                         SmallVector<Value> at{row, column};
                         Value value = vector::MaskedLoadOp::create(b, vectorType, y, at, mask, none);
                         vector::MaskedStoreOp::create(b, y, at, mask, applyEpilogue(b, epilogue, value));
                       });
                     });
                   });
}
