//===- FuseLinearEpilogue.cpp - element functions into linears ------------===//
//
// See the pass's description in Passes.td.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace nnc::transforms {
#define GEN_PASS_DEF_NNFUSELINEAREPILOGUE
#include "compiler/transforms/Passes.h.inc"
} // namespace nnc::transforms

using namespace mlir;
using namespace nnc;

namespace {

/// elementwise(linear(x) {epilogue = [...]}) -> linear(x) {epilogue = [..., elementwise]}
struct FuseElementwise : OpInterfaceRewritePattern<nn::ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(nn::ElementwiseOpInterface op, PatternRewriter &rewriter) const override {
    auto linear = op->getOperand(0).getDefiningOp<nn::LinearOp>();
    if (!linear)
      return rewriter.notifyMatchFailure(op, "the operand is not a linear");
    if (!linear->hasOneUse())
      return rewriter.notifyMatchFailure(op, "the linear's result has another user");
    SmallVector<Attribute> epilogue;
    if (linear.getEpilogue())
      llvm::append_range(epilogue, linear.getEpilogue()->getValue());
    epilogue.push_back(op.getElementFunction());
    rewriter.modifyOpInPlace(linear, [&] {
      linear.setEpilogueAttr(rewriter.getArrayAttr(epilogue));
      linear->setLoc(rewriter.getFusedLoc({linear.getLoc(), op.getLoc()}));
    });
    rewriter.replaceOp(op, linear.getResult());
    return success();
  }
};

struct NNFuseLinearEpilogue : nnc::transforms::impl::NNFuseLinearEpilogueBase<NNFuseLinearEpilogue> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseElementwise>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
