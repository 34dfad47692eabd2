// Prints a gpu.module with one kernel that uses everything DeviceBuilder offers, or with --ptx its PTX:
//
//   (x: ptr<1>, y: ptr<1>, count: i32)

#include "compiler/codegen/Passes.h"
#include "compiler/codegen/nvptx/DeviceBuilder.h"
#include "compiler/codegen/nvptx/Ptx.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace nnc::codegen;

static void emitBody(DeviceBuilder &b, Value x, Value y, Value count) {
  Value thread = b.threadId(128);
  Value tile = b.offset(b.sharedArray("tile", 512), b.mul(thread, 4));
  Value from = b.offset(x, b.mul(b.toI64(thread), 4));
  Value left = b.max(b.min(b.sub(count, b.mul(thread, 16)), b.i32(16)), b.i32(0));
  b.copyAsync(tile, from, 16, left);
  b.copyAsync(b.offset(tile, 3), b.offset(from, int64_t(1) << 32), 4);
  b.commitCopies();

  SmallVector<Value> sums =
      b.loop(b.i32(0), count, b.i32(1), b.f32(0.0f), [&](Value i, ValueRange carried) -> SmallVector<Value> {
        b.waitForCopies(0);
        b.barrier();
        Value four = b.load(b.f32Vector(4), tile);
        Value sum = carried[0];
        for (int64_t lane = 0; lane < 4; ++lane)
          sum = arith::AddFOp::create(b, sum, vector::ExtractOp::create(b, four, lane));
        return {b.select(b.equal(b.rem(i, 2), 0), b.shuffleXor(sum, 16), sum)};
      });

  Value at = b.add(b.mul(b.add(b.blockX(), b.mul(b.gridX(), b.blockY())), 128), b.div(thread, 1));
  b.when(b.less(at, count), [&] { b.store(sums[0], b.offset(y, b.toI32(b.toI64(at)))); });
  b.loop(b.laneId(), count, b.i32(32), [&](Value i) {
    Value wide = b.load(b.getI64Type(), b.offset(x, i, b.getI64Type()));
    b.store(wide, b.offset(y, i, b.getI64Type()));
  });
}

static int printPtx(ModuleOp module, gpu::GPUModuleOp device) {
  PassManager passes(module.getContext());
  buildCudaToNVVMPipeline(passes);
  if (failed(passes.run(module)))
    return 1;
  llvm::Expected<std::string> ptx = emitPtx(device, /*optLevel=*/3);
  if (!ptx) {
    llvm::logAllUnhandledErrors(ptx.takeError(), llvm::errs());
    return 1;
  }
  llvm::outs() << *ptx;
  return 0;
}

int main(int argc, char **argv) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<arith::ArithDialect, gpu::GPUDialect, LLVM::LLVMDialect, NVVM::NVVMDialect, scf::SCFDialect,
                      vector::VectorDialect>();
  DeviceBuilder b(UnknownLoc::get(&context), &context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(b.getLoc());
  b.setInsertionPointToStart(module->getBody());
  auto device = gpu::GPUModuleOp::create(b, "kernels");
  b.setInsertionPointToStart(&device.getBodyRegion().front());
  Type global = LLVM::LLVMPointerType::get(&context, 1);
  auto kernel = gpu::GPUFuncOp::create(b, "everything", b.getFunctionType({global, global, b.getI32Type()}, {}));
  kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  kernel.setKnownBlockSizeAttr(b.getDenseI32ArrayAttr({128, 1, 1}));
  b.setInsertionPointToStart(&kernel.getBody().front());
  emitBody(b, kernel.getArgument(0), kernel.getArgument(1), kernel.getArgument(2));
  gpu::ReturnOp::create(b);
  if (failed(verify(*module)))
    return 1;
  if (argc > 1 && StringRef(argv[1]) == "--ptx")
    return printPtx(*module, device);
  module->print(llvm::outs());
}
