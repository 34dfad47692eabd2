//===- CheckModelPass.cpp - the frontend's check as a pass ----------------===//

#include "compiler/frontend/Passes.h"

#include "compiler/frontend/ParseModel.h"

namespace nnc::frontend {
#define GEN_PASS_DEF_NNCHECKMODEL
#include "compiler/frontend/Passes.h.inc"
} // namespace nnc::frontend

namespace {

struct NNCheckModel : nnc::frontend::impl::NNCheckModelBase<NNCheckModel> {
  using NNCheckModelBase::NNCheckModelBase;

  void runOnOperation() override {
    if (nnc::frontend::checkModel(getOperation(), {maxTensorBytes}) != nnc::CompileStatus::Ok)
      signalPassFailure();
  }
};

} // namespace
