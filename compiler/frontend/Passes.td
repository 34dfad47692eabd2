//===- Passes.td - the frontend's check as a pass -----------*- tablegen -*-===//

#ifndef NNC_COMPILER_FRONTEND_PASSES_TD
#define NNC_COMPILER_FRONTEND_PASSES_TD

include "mlir/Pass/PassBase.td"

def NNCheckModel : Pass<"nn-check-model", "::mlir::ModuleOp"> {
  let summary = "Check the rules of the model format";
  let description = [{
    What the frontend does with a parsed model (`checkModel` in `ParseModel.h`): refuses what does not belong into a
    model, names inputs and results, and notes the parameters on the module.
  }];
  let options = [
    Option<"maxTensorBytes", "max-tensor-bytes", "uint64_t", "17179869184", "refuse larger tensors">,
  ];
}

#endif // NNC_COMPILER_FRONTEND_PASSES_TD
