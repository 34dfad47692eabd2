//===- NNTypes.td - what operations of the nn dialect take --*- tablegen -*-===//

#ifndef NNC_DIALECTS_NN_NNTYPES_TD
#define NNC_DIALECTS_NN_NNTYPES_TD

include "dialects/nn/NNDialect.td"
include "mlir/IR/CommonTypeConstraints.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def NN_Activation : ConfinedType<RankedTensorOf<[F32]>,
    [CPred<"::nnc::nn::hasActivationShape(::llvm::cast<::mlir::RankedTensorType>($_self))">],
    "tensor of f32 with extents of at least 1, of which the first may be the open batch", "::mlir::RankedTensorType">;

def NN_Weight : ConfinedType<NN_Activation,
    [CPred<"::llvm::cast<::mlir::RankedTensorType>($_self).hasStaticShape()">],
    "tensor of f32 with extents of at least 1", "::mlir::RankedTensorType">;

def NN_Index : ConfinedType<RankedTensorOf<[I64]>,
    [CPred<"::nnc::nn::hasActivationShape(::llvm::cast<::mlir::RankedTensorType>($_self))">],
    "tensor of i64 with extents of at least 1, of which the first may be the open batch", "::mlir::RankedTensorType">;

class NN_Op<string mnemonic, list<Trait> traits = []> : Op<NN_Dialect, mnemonic, !listconcat([Pure], traits)>;

#endif // NNC_DIALECTS_NN_NNTYPES_TD
