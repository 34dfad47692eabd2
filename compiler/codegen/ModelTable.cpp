//===- ModelTable.cpp - the tables of abi.h as LLVM constants -------------===//

#include "compiler/codegen/ModelTable.h"

#include "compiler/codegen/CudaTable.h"
#include "dialects/nn/Model.h"
#include "dialects/nn/NN.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;
using namespace nnc;
using namespace nnc::codegen;

//===----------------------------------------------------------------------===//
// Description
//===----------------------------------------------------------------------===//

static TensorDescription describe(StringRef name, mlir::Type type) {
  auto tensor = cast<mlir::RankedTensorType>(type);
  TensorDescription description{name.str(), {}, {}};
  description.dtype.code = isa<mlir::FloatType>(tensor.getElementType()) ? NNC_DTYPE_FLOAT : NNC_DTYPE_INT;
  description.dtype.bits = tensor.getElementTypeBitWidth();
  description.dtype.lanes = 1;
  for (int64_t extent : tensor.getShape())
    description.shape.push_back(mlir::ShapedType::isDynamic(extent) ? -1 : extent);
  return description;
}

ModelDescription nnc::codegen::describeModel(mlir::func::FuncOp forward) {
  auto module = forward->getParentOfType<mlir::ModuleOp>();
  ModelDescription model;
  model.name = module.getName().value_or("");
  model.open = nn::isOpenModel(forward);
  for (auto [i, type] : enumerate(forward.getArgumentTypes()))
    model.inputs.push_back(describe(nn::getInputName(forward, i), type));
  for (auto [i, type] : enumerate(forward.getResultTypes()))
    model.outputs.push_back(describe(nn::getResultName(forward, i), type));
  for (const nn::ParameterInfo &parameter : nn::getParameters(module))
    model.parameters.push_back(describe(parameter.name, parameter.type));
  forward.walk([&](nn::LinearOp linear) {
    uint64_t flops = 2 * linear.getWeight().getType().getNumElements();
    for (int64_t extent : linear.getInput().getType().getShape().drop_back())
      flops *= mlir::ShapedType::isDynamic(extent) ? 1 : extent;
    model.flopsPerSample += flops;
  });
  return model;
}

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

namespace {

/// The table of a whole model.
class ModelTableBuilder : TableBuilder {
public:
  using TableBuilder::TableBuilder;

  Constant *model(const ModelDescription &model, const ModelCode &code, const TableOptions &options) {
    Constant *weights = options.weights.empty() ? null() : bytes(options.weights, /*addZero=*/false, /*alignment=*/64);
    return record<nnc_model>({u32(NNC_ABI_VERSION), text(model.name), text(options.compiler), text(options.options),
                              text(options.target), tensors(model.parameters), array<nnc_entry>({entry(model, code)}),
                              weights, u64(options.weights.size())});
  }

private:
  Constant *entry(const ModelDescription &model, const ModelCode &code) {
    std::vector<Constant *> symbols, cpuVariants, cudaVariants;
    if (model.open)
      symbols.push_back(text("batch"));
    for (const CpuVariant &variant : code.cpu)
      cpuVariants.push_back(cpuVariant(variant));
    if (code.cuda)
      cudaVariants.push_back(cudaVariantRecord(*this, *code.cuda, code.cudaImages));
    return record<nnc_entry>({u32(0), text("forward"), array<const char *>(symbols), tensors(model.inputs),
                              tensors(model.outputs), array<nnc_cpu_variant>(cpuVariants), u64(model.flopsPerSample),
                              array<nnc_cuda_variant>(cudaVariants)});
  }

  Constant *cpuVariant(const CpuVariant &variant) {
    return record<nnc_cpu_variant>({u32(variant.level->machine), text(variant.level->name),
                                    u64(variant.level->features), u64(variant.packedSize), u64(variant.alignment),
                                    u64(variant.workspaceSize), u64(variant.workspaceSize), u64(variant.alignment),
                                    function(variant.pack), function(variant.phases), function(variant.runPart)});
  }

  Constant *tensors(ArrayRef<TensorDescription> descriptions) {
    std::vector<Constant *> infos;
    for (const TensorDescription &tensor : descriptions) {
      auto dtype = ConstantStruct::getAnon({u8(tensor.dtype.code), u8(tensor.dtype.bits), u16(1)});
      std::vector<Constant *> extents;
      for (int64_t extent : tensor.shape)
        extents.push_back(u64(extent));
      infos.push_back(record<nnc_tensor_info>({dtype, text(tensor.name), array<int64_t>(extents)}));
    }
    return array<nnc_tensor_info>(infos);
  }
};

} // namespace

/// const nnc_model *query(uint32_t abi_version) { return abi_version == NNC_ABI_VERSION ? &table : NULL; }
static void addQueryFunction(Module &module, GlobalVariable *table, StringRef name) {
  LLVMContext &context = module.getContext();
  auto *pointer = PointerType::get(context, 0);
  auto *type = FunctionType::get(pointer, {Type::getInt32Ty(context)}, /*isVarArg=*/false);
  auto *function = Function::Create(type, GlobalValue::ExternalLinkage, name, module);
  IRBuilder<> b(BasicBlock::Create(context, "", function));
  Value *spoken = b.CreateICmpEQ(function->getArg(0), b.getInt32(NNC_ABI_VERSION));
  b.CreateRet(b.CreateSelect(spoken, table, ConstantPointerNull::get(pointer)));
}

/// Section .note.nnc: an ELF note header, the owner "nnc", then nnc_note and the symbol's name. The linker fills in
/// what is zero here.
static void addNote(Module &module, StringRef querySymbol) {
  LLVMContext &context = module.getContext();
  std::string description(sizeof(nnc_note), '\0');
  nnc_note note = {};
  note.magic = NNC_NOTE_MAGIC;
  note.version = NNC_NOTE_VERSION;
  note.symbol_size = querySymbol.size() + 1;
  memcpy(description.data(), &note, sizeof note);
  description += querySymbol;
  description.append(alignTo(description.size() + 1, 4) - description.size(), '\0');

  uint32_t header[3] = {sizeof NNC_NOTE_OWNER, static_cast<uint32_t>(description.size()), NNC_NOTE_TYPE};
  std::string bytes(reinterpret_cast<const char *>(header), sizeof header);
  bytes.append(NNC_NOTE_OWNER, sizeof NNC_NOTE_OWNER);
  bytes += description;
  auto *constant = ConstantDataArray::getString(context, bytes, /*AddNull=*/false);
  auto *variable = new GlobalVariable(module, constant->getType(), /*isConstant=*/true, GlobalValue::PrivateLinkage,
                                      constant, "note");
  variable->setSection(".note.nnc");
  variable->setAlignment(Align(4));
  appendToUsed(module, {variable});
}

void nnc::codegen::addModelTable(Module &module, const ModelDescription &model, const ModelCode &code,
                                 const TableOptions &options) {
  for (Function &function : module)
    if (!function.isDeclaration())
      function.setLinkage(GlobalValue::InternalLinkage);
  Constant *table = ModelTableBuilder(module).model(model, code, options);
  auto *variable = new GlobalVariable(module, table->getType(), /*isConstant=*/true, GlobalValue::InternalLinkage,
                                      table, "nnc_model");
  addQueryFunction(module, variable, options.querySymbol);
  addNote(module, options.querySymbol);
}
