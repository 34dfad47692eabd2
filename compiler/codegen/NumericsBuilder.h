//===- NumericsBuilder.h - numerics as arith operations --------*- C++ -*-===//
//
// The builder (compiler/numerics/Builder.h) that emits arith and math operations on f32 or on a vector of it.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILER_CODEGEN_NUMERICSBUILDER_H
#define NNC_COMPILER_CODEGEN_NUMERICSBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nnc::codegen {

class NumericsBuilder {
public:
  using Float = mlir::Value;
  using Int = mlir::Value;
  using Mask = mlir::Value;

  /// `floatType` is f32 or a vector of f32; integers have as many lanes.
  NumericsBuilder(mlir::ImplicitLocOpBuilder &b, mlir::Type floatType)
      : b(b), floatType(floatType), intType(withElementType(floatType, b.getI32Type())) {}

  Float constant(float value) { return splat(floatType, b.getF32FloatAttr(value)); }
  Int constantInt(int32_t value) { return splat(intType, b.getI32IntegerAttr(value)); }

  Float add(Float x, Float y) { return mlir::arith::AddFOp::create(b, x, y); }
  Float sub(Float x, Float y) { return mlir::arith::SubFOp::create(b, x, y); }
  Float mul(Float x, Float y) { return mlir::arith::MulFOp::create(b, x, y); }
  Float div(Float x, Float y) { return mlir::arith::DivFOp::create(b, x, y); }
  Float fma(Float x, Float y, Float z) { return mlir::math::FmaOp::create(b, x, y, z); }

  Mask less(Float x, Float y) { return mlir::arith::CmpFOp::create(b, mlir::arith::CmpFPredicate::OLT, x, y); }
  Mask isNan(Float x) { return mlir::arith::CmpFOp::create(b, mlir::arith::CmpFPredicate::UNO, x, x); }
  Mask lessInt(Int x, Int y) { return mlir::arith::CmpIOp::create(b, mlir::arith::CmpIPredicate::slt, x, y); }
  Mask andMask(Mask x, Mask y) { return mlir::arith::AndIOp::create(b, x, y); }
  Mask orMask(Mask x, Mask y) { return mlir::arith::OrIOp::create(b, x, y); }
  Mask notMask(Mask x) {
    mlir::Value ones = splat(x.getType(), b.getBoolAttr(true));
    return mlir::arith::XOrIOp::create(b, x, ones);
  }
  mlir::Value select(Mask mask, mlir::Value x, mlir::Value y) { return mlir::arith::SelectOp::create(b, mask, x, y); }

  Int toBits(Float x) { return mlir::arith::BitcastOp::create(b, intType, x); }
  Float fromBits(Int x) { return mlir::arith::BitcastOp::create(b, floatType, x); }
  Int addInt(Int x, Int y) { return mlir::arith::AddIOp::create(b, x, y); }
  Int subInt(Int x, Int y) { return mlir::arith::SubIOp::create(b, x, y); }
  Int andInt(Int x, Int y) { return mlir::arith::AndIOp::create(b, x, y); }
  Int orInt(Int x, Int y) { return mlir::arith::OrIOp::create(b, x, y); }
  Int shiftLeft(Int x, int bits) { return mlir::arith::ShLIOp::create(b, x, constantInt(bits)); }
  Int shiftRight(Int x, int bits) { return mlir::arith::ShRSIOp::create(b, x, constantInt(bits)); }

private:
  static mlir::Type withElementType(mlir::Type type, mlir::Type element) {
    auto vector = mlir::dyn_cast<mlir::VectorType>(type);
    return vector ? mlir::Type(vector.clone(element)) : element;
  }

  mlir::Value splat(mlir::Type type, mlir::TypedAttr value) {
    if (auto vector = mlir::dyn_cast<mlir::VectorType>(type))
      value = mlir::DenseElementsAttr::get(vector, mlir::Attribute(value));
    return mlir::arith::ConstantOp::create(b, type, value);
  }

  mlir::ImplicitLocOpBuilder &b;
  mlir::Type floatType, intType;
};

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_NUMERICSBUILDER_H
