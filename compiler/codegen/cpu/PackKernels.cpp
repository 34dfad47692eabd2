//===- PackKernels.cpp - the loops that lay parameters out ----------------===//

#include "compiler/codegen/cpu/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace nnc::codegen;

/// So many k are taken together: a row's 64 bytes are read at once, and what is written stays in L1.
static constexpr int64_t blockK = 16;

static Value index(ImplicitLocOpBuilder &b, int64_t value) { return arith::ConstantIndexOp::create(b, value); }

static void loop(ImplicitLocOpBuilder &b, Value from, Value to, int64_t step, function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(b, from, to, index(b, step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

func::FuncOp KernelLibrary::packVector(Location loc) {
  Type type = MemRefType::get({ShapedType::kDynamic}, Float32Type::get(module.getContext()));
  return getOrEmit("pack_vector", loc, {type, type}, [](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
    Value from = arguments[0], to = arguments[1];
    Value count = memref::DimOp::create(b, from, 0);
    Value zero = arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f));
    loop(b, index(b, 0), count, 1,
         [&](Value i) { memref::StoreOp::create(b, memref::LoadOp::create(b, from, i), to, i); });
    loop(b, count, memref::DimOp::create(b, to, 0), 1, [&](Value i) { memref::StoreOp::create(b, zero, to, i); });
  });
}

func::FuncOp KernelLibrary::packPanels(Location loc, int64_t panelWidth) {
  MLIRContext *context = module.getContext();
  constexpr int64_t any = ShapedType::kDynamic;
  Type f32 = Float32Type::get(context);
  Type arguments[] = {MemRefType::get({any, any}, f32), MemRefType::get({any, any, panelWidth}, f32),
                      IndexType::get(context)};
  return getOrEmit("pack_panels" + Twine(panelWidth), loc, arguments,
                   [&](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
                     Value from = arguments[0], to = arguments[1], firstColumn = arguments[2], zero = index(b, 0);
                     Value out = memref::DimOp::create(b, from, 0), in = memref::DimOp::create(b, from, 1);
                     Value lastRow = arith::SubIOp::create(b, out, index(b, 1));
                     Value padding = arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f));
                     // fma(+0, -0, acc) is acc, whatever acc is.
                     Value paddingK = arith::ConstantOp::create(b, b.getF32FloatAttr(-0.0f));
                     loop(b, zero, memref::DimOp::create(b, to, 0), 1, [&](Value panel) {
                       Value base =
                           arith::AddIOp::create(b, firstColumn, arith::MulIOp::create(b, panel, index(b, panelWidth)));
                       loop(b, zero, in, blockK, [&](Value block) {
                         Value end = arith::MinUIOp::create(b, in, arith::AddIOp::create(b, block, index(b, blockK)));
                         loop(b, zero, index(b, panelWidth), 1, [&](Value lane) {
                           // Columns that are not there are zero; what is read for them is thrown away.
                           Value column = arith::AddIOp::create(b, base, lane);
                           Value present = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, column, out);
                           Value row = arith::MinUIOp::create(b, column, lastRow);
                           loop(b, block, end, 1, [&](Value k) {
                             Value element = memref::LoadOp::create(b, from, ValueRange{row, k});
                             Value value = arith::SelectOp::create(b, present, element, padding);
                             memref::StoreOp::create(b, value, to, ValueRange{panel, k, lane});
                           });
                         });
                       });
                       loop(b, in, memref::DimOp::create(b, to, 1), 1, [&](Value k) {
                         loop(b, zero, index(b, panelWidth), 1, [&](Value lane) {
                           memref::StoreOp::create(b, paddingK, to, ValueRange{panel, k, lane});
                         });
                       });
                     });
                   });
}
