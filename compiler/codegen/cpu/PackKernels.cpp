//===- PackKernels.cpp - the loops that lay parameters out ----------------===//

#include "compiler/codegen/cpu/Kernels.h"

#include "compiler/codegen/cpu/Pieces.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace nnc::codegen;

static void loop(ImplicitLocOpBuilder &b, Value from, Value to, int64_t step, function_ref<void(Value)> body) {
  emitLoop(b, from, to, constantIndex(b, step), body);
}

func::FuncOp KernelLibrary::packVector(Location loc) {
  Type type = MemRefType::get({ShapedType::kDynamic}, Float32Type::get(module.getContext()));
  return getOrEmit("pack_vector", loc, {type, type}, [](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
    Value from = arguments[0], to = arguments[1];
    Value count = memref::DimOp::create(b, from, 0);
    Value zero = arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f));
    loop(b, constantIndex(b, 0), count, 1,
         [&](Value i) { memref::StoreOp::create(b, memref::LoadOp::create(b, from, i), to, i); });
    loop(b, count, memref::DimOp::create(b, to, 0), 1, [&](Value i) { memref::StoreOp::create(b, zero, to, i); });
  });
}

namespace {

/// Panels of `panelWidth` columns from rows of a weight or of x, k in [firstK, lastK); a square of `lanes` columns and
/// k at a time.
class PanelPacker {
public:
  PanelPacker(ImplicitLocOpBuilder &b, int64_t lanes, int64_t panelWidth, Value from, Value to, Value firstColumn,
              Value firstK, Value lastK)
      : b(b), lanes(lanes), panelWidth(panelWidth), from(from), to(to), firstColumn(firstColumn), firstK(firstK),
        lastK(lastK) {}

  void emit() {
    zero = constantIndex(b, 0);
    out = memref::DimOp::create(b, from, 0), in = arith::SubIOp::create(b, lastK, firstK);
    lastRow = arith::SubIOp::create(b, out, constantIndex(b, 1));
    Value wholeIn = arith::SubIOp::create(b, in, arith::RemUIOp::create(b, in, constantIndex(b, lanes)));
    loop(b, zero, memref::DimOp::create(b, to, 0), 1, [&](Value panel) {
      Value base = add(firstColumn, arith::MulIOp::create(b, panel, constantIndex(b, panelWidth)));
      loop(b, zero, constantIndex(b, panelWidth), lanes,
           [&](Value lane) { emitSquares(panel, lane, add(base, lane), wholeIn); });
      loop(b, wholeIn, in, 1, [&](Value k) {
        loop(b, zero, constantIndex(b, panelWidth), 1,
             [&](Value lane) { emitElement(panel, k, lane, add(base, lane)); });
      });
      // fma(+0, -0, acc) is acc, whatever acc is.
      Value padding = constant(b.getF32FloatAttr(-0.0f));
      loop(b, in, memref::DimOp::create(b, to, 1), 1, [&](Value k) {
        loop(b, zero, constantIndex(b, panelWidth), 1,
             [&](Value lane) { memref::StoreOp::create(b, padding, to, ValueRange{panel, k, lane}); });
      });
    });
  }

private:
  /// k in [0, wholeIn) of the columns from `column` on, which go to `lane` and the lanes behind it.
  void emitSquares(Value panel, Value lane, Value column, Value wholeIn) {
    VectorType type = VectorType::get(lanes, b.getF32Type());
    SmallVector<Value> rows;
    for (int64_t i = 0; i < lanes; ++i)
      rows.push_back(rowOf(add(column, constantIndex(b, i))));
    Value left = arith::SubIOp::create(b, out, column); // negative behind the last column
    Value present = vector::CreateMaskOp::create(b, VectorType::get(lanes, b.getI1Type()), left);
    Value padding = constant(DenseElementsAttr::get(type, 0.0f));
    loop(b, zero, wholeIn, lanes, [&](Value k) {
      SmallVector<Value> square;
      for (Value row : rows)
        square.push_back(vector::LoadOp::create(b, type, from, ValueRange{row, add(firstK, k)}));
      for (auto [i, columns] : llvm::enumerate(transpose(b, square))) {
        Value value = arith::SelectOp::create(b, present, columns, padding);
        vector::StoreOp::create(b, value, to, ValueRange{panel, add(k, constantIndex(b, i)), lane});
      }
    });
  }

  void emitElement(Value panel, Value k, Value lane, Value column) {
    Value present = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, column, out);
    Value element = memref::LoadOp::create(b, from, ValueRange{rowOf(column), add(firstK, k)});
    Value value = arith::SelectOp::create(b, present, element, constant(b.getF32FloatAttr(0.0f)));
    memref::StoreOp::create(b, value, to, ValueRange{panel, k, lane});
  }

  /// Columns that are not there are zero; what is read for them is thrown away.
  Value rowOf(Value column) { return arith::MinUIOp::create(b, column, lastRow); }

  Value add(Value left, Value right) { return arith::AddIOp::create(b, left, right); }
  Value constant(TypedAttr value) { return arith::ConstantOp::create(b, value); }

  ImplicitLocOpBuilder &b;
  int64_t lanes, panelWidth;
  Value from, to, firstColumn, firstK, lastK;
  Value zero, out, in, lastRow;
};

} // namespace

func::FuncOp KernelLibrary::packPanels(Location loc, int64_t panelWidth) {
  assert(panelWidth % level.lanes == 0 && "panels are whole vectors wide");
  constexpr int64_t any = ShapedType::kDynamic;
  Type f32 = Float32Type::get(module.getContext());
  Type arguments[] = {MemRefType::get({any, any}, f32), MemRefType::get({any, any, panelWidth}, f32),
                      IndexType::get(module.getContext())};
  return getOrEmit(
      "pack_panels" + Twine(panelWidth), loc, arguments,
      [&](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
        Value from = arguments[0], in = memref::DimOp::create(b, from, 1);
        PanelPacker(b, level.lanes, panelWidth, from, arguments[1], arguments[2], constantIndex(b, 0), in).emit();
      });
}

func::FuncOp KernelLibrary::packRows(Location loc, int64_t rows) {
  constexpr int64_t any = ShapedType::kDynamic;
  Type f32 = Float32Type::get(module.getContext()), index = IndexType::get(module.getContext());
  Type arguments[] = {MemRefType::get({any, any}, f32), MemRefType::get({any, any, rows}, f32), index, index};
  return getOrEmit(
      "pack_rows" + Twine(rows), loc, arguments, [&](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
        PanelPacker(b, rows, rows, arguments[0], arguments[1], constantIndex(b, 0), arguments[2], arguments[3]).emit();
      });
}
