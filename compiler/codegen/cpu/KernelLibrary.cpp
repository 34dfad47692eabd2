//===- KernelLibrary.cpp - one function for each kernel shape -------------===//

#include "compiler/codegen/cpu/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace nnc::codegen;

KernelLibrary::KernelLibrary(ModuleOp module, const CpuLevel &level, StringRef symbolSuffix)
    : module(module), symbols(module), level(level), suffix(symbolSuffix.str()) {}

func::FuncOp KernelLibrary::getOrEmit(const Twine &name, Location loc, TypeRange arguments, BodyBuilder body) {
  std::string symbol = (name + "_" + suffix).str();
  if (auto existing = symbols.lookup<func::FuncOp>(symbol))
    return existing;
  ImplicitLocOpBuilder b(loc, module.getContext());
  auto function = func::FuncOp::create(b, symbol, b.getFunctionType(arguments, {}));
  function.setPrivate();
  // LLVM would copy a kernel into every call of it, which makes a deep model large and slow to compile and no faster.
  function->setAttr("passthrough", b.getStrArrayAttr({"noinline"}));
  symbols.insert(function);
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToStart(entry);
  body(b, entry->getArguments());
  func::ReturnOp::create(b);
  return function;
}

func::FuncOp KernelLibrary::copy(Location loc, Type elementType) {
  Type type = MemRefType::get({ShapedType::kDynamic}, elementType);
  std::string name;
  llvm::raw_string_ostream(name) << "copy_" << elementType;
  return getOrEmit(name, loc, {type, type}, [](ImplicitLocOpBuilder &b, Block::BlockArgListType arguments) {
    Value zero = arith::ConstantIndexOp::create(b, 0), one = arith::ConstantIndexOp::create(b, 1);
    auto loop = scf::ForOp::create(b, zero, memref::DimOp::create(b, arguments[0], 0), one);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value i = loop.getInductionVar();
    memref::StoreOp::create(b, memref::LoadOp::create(b, arguments[0], i), arguments[1], i);
  });
}
