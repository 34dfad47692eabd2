//===- NNDialect.td - the nn dialect ------------------------*- tablegen -*-===//

#ifndef NNC_DIALECTS_NN_NNDIALECT_TD
#define NNC_DIALECTS_NN_NNDIALECT_TD

include "mlir/IR/OpBase.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let summary = "Layers of a neural network, as torch.nn has them";
  let description = [{
    A network is one function over tensors. Its values are activations; its parameters are named, so that weights are
    found in a `.safetensors` file by the names PyTorch gives them. Every operation is pure and defined to the last
    bit (see `compiler/numerics`).
  }];
  let cppNamespace = "::nnc::nn";
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    /// Answers for an operation of this dialect that does not exist: an error that lists those that do.
    std::optional<ParseOpHook> getParseOperationHook(::llvm::StringRef opName) const override;

  private:
    void registerAttributes();
  }];
}

#endif // NNC_DIALECTS_NN_NNDIALECT_TD
