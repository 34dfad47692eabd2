//===- TableBuilder.h - structs of abi.h as LLVM constants ------*- C++ -*-===//

#ifndef NNC_COMPILER_CODEGEN_TABLEBUILDER_H
#define NNC_COMPILER_CODEGEN_TABLEBUILDER_H

#include "nnc/abi.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

namespace nnc::codegen {

/// Builds constants with the layout that a C compiler gives abi.h's structs.
class TableBuilder {
public:
  explicit TableBuilder(llvm::Module &module) : module(module), context(module.getContext()) {}

  /// A struct of abi.h: its size, then `fields`.
  template <typename Struct> llvm::Constant *record(std::vector<llvm::Constant *> fields) {
    fields.insert(fields.begin(), u32(sizeof(Struct)));
    llvm::Constant *constant = llvm::ConstantStruct::getAnon(fields);
    assert(module.getDataLayout().getTypeAllocSize(constant->getType()) == sizeof(Struct) &&
           "the fields are those of abi.h");
    return constant;
  }

  /// An nnc_array of `elements`, which are of the C type `Element`.
  template <typename Element> llvm::Constant *array(llvm::ArrayRef<llvm::Constant *> elements) {
    llvm::Constant *data = null();
    if (!elements.empty())
      data = global(
          llvm::ConstantArray::get(llvm::ArrayType::get(elements.front()->getType(), elements.size()), elements), 8);
    return llvm::ConstantStruct::getAnon({data, u32(elements.size()), u32(sizeof(Element))});
  }

  llvm::Constant *text(llvm::StringRef text) {
    auto [entry, isNew] = texts.try_emplace(text, nullptr);
    if (isNew)
      entry->second = global(llvm::ConstantDataArray::getString(context, text), 1);
    return entry->second;
  }

  /// The address of `bytes`, with a zero behind them if asked for.
  llvm::Constant *bytes(llvm::StringRef bytes, bool addZero, uint64_t alignment) {
    return global(llvm::ConstantDataArray::getString(context, bytes, addZero), alignment);
  }

  /// The address of a function of the module.
  llvm::Constant *function(llvm::StringRef name) {
    llvm::Function *function = module.getFunction(name);
    assert(function && "a variant's functions are in the module");
    return function;
  }

  llvm::GlobalVariable *global(llvm::Constant *initializer, uint64_t alignment) {
    auto *variable = new llvm::GlobalVariable(module, initializer->getType(), /*isConstant=*/true,
                                              llvm::GlobalValue::PrivateLinkage, initializer, "table");
    variable->setAlignment(llvm::Align(alignment));
    return variable;
  }

  llvm::Constant *null() { return llvm::ConstantPointerNull::get(llvm::PointerType::get(context, 0)); }
  llvm::Constant *u8(uint8_t value) { return llvm::ConstantInt::get(llvm::Type::getInt8Ty(context), value); }
  llvm::Constant *u16(uint16_t value) { return llvm::ConstantInt::get(llvm::Type::getInt16Ty(context), value); }
  llvm::Constant *u32(uint32_t value) { return llvm::ConstantInt::get(llvm::Type::getInt32Ty(context), value); }
  llvm::Constant *u64(uint64_t value) { return llvm::ConstantInt::get(llvm::Type::getInt64Ty(context), value); }

private:
  llvm::Module &module;
  llvm::LLVMContext &context;
  llvm::StringMap<llvm::Constant *> texts;
};

} // namespace nnc::codegen

#endif // NNC_COMPILER_CODEGEN_TABLEBUILDER_H
