//===- ProgramBuilder.cpp - decode a kernel and its functions -------------===//

#include "Decoder.h"

namespace softgpu {

std::unique_ptr<Program> decodeProgram(const Module &module, const Function &entry) {
  return ProgramBuilder(module, entry).run();
}

ProgramBuilder::ProgramBuilder(const Module &module, const Function &entry)
    : module(module), result(std::make_unique<Program>()) {
  result->entry = &entry;
}

static uint64_t alignUp(uint64_t value, uint64_t align) { return (value + align - 1) / align * align; }

std::unique_ptr<Program> ProgramBuilder::run() {
  layOutParameters();
  layOut(*result->entry);
  layOutShared();
  // Calls add functions to the end while others are decoded.
  for (uint32_t i = 0; i < result->functions.size(); ++i)
    decodeFunction(i);
  return std::move(result);
}

void ProgramBuilder::layOutParameters() {
  if (!result->entry->isEntry)
    return;
  uint64_t offset = 0;
  for (const Parameter &parameter : result->entry->parameters) {
    if (!parameter.var)
      throw PtxError(result->entry->line, "an entry's parameters are .param");
    offset = alignUp(offset, parameter.var->align);
    parameterOffsets[parameter.var] = offset;
    result->parameters.emplace_back(offset, parameter.var->sizeBytes);
    offset += parameter.var->sizeBytes;
  }
  result->parameterBytes = offset;
}

/// The shared variables that `function` names, in operands of its own.
void ProgramBuilder::collectShared(const Function &function, std::vector<const Variable *> &found) const {
  std::vector<const Operand *> open;
  for (const Statement &statement : function.statements)
    for (const Operand &operand : statement.operands)
      open.push_back(&operand);
  while (!open.empty()) {
    const Operand *operand = open.back();
    open.pop_back();
    for (const Operand &part : operand->parts)
      open.push_back(&part);
    if (operand->kind == Operand::Var && operand->var->space == Space::Shared)
      found.push_back(operand->var);
  }
}

void ProgramBuilder::layOutShared() {
  std::vector<const Variable *> used;
  std::vector<const Function *> open = {result->entry};
  std::map<const Function *, bool> seen;
  while (!open.empty()) {
    const Function *function = open.back();
    open.pop_back();
    if (seen[function])
      continue;
    seen[function] = true;
    collectShared(*function, used);
    for (const Statement &statement : function->statements)
      for (const Operand &operand : statement.operands) {
        auto callee = operand.kind == Operand::Name ? module.functions.find(operand.name) : module.functions.end();
        if (callee != module.functions.end())
          open.push_back(callee->second.get());
      }
  }
  uint64_t offset = 0, dynamicAlign = 1;
  for (const Variable *var : used) {
    if (var->isDynamicShared) {
      dynamicAlign = std::max<uint64_t>(dynamicAlign, var->align);
      continue;
    }
    if (sharedOffsets.count(var))
      continue;
    offset = alignUp(offset, var->align);
    sharedOffsets[var] = offset;
    offset += var->sizeBytes;
  }
  // All arrays of unknown size share the dynamic memory, which follows the rest.
  offset = alignUp(offset, dynamicAlign);
  for (const Variable *var : used)
    if (var->isDynamicShared)
      sharedOffsets[var] = offset;
  result->staticSharedBytes = offset;
}

uint32_t ProgramBuilder::layOut(const Function &function) {
  uint32_t index = result->functions.size();
  functionIndices[function.name] = index;
  FunctionLayout &layout = result->functions.emplace_back();
  layout.function = &function;
  layout.rows = 2; // where local memory begins
  for (const Register &reg : function.registers) {
    layout.registerRows.push_back(layout.rows);
    layout.rows += reg.type.bits == 64 ? 2 : reg.type.bits == 128 ? 4 : 1;
  }
  uint64_t bytes = 0;
  for (const Variable &var : function.variables) {
    if (var.space == Space::Shared || var.space == Space::Global || var.space == Space::Const ||
        parameterOffsets.count(&var))
      continue;
    bytes = alignUp(bytes, std::max<uint64_t>(var.align, 1));
    localOffsets[&var] = bytes;
    bytes += var.sizeBytes;
  }
  layout.localBytes = alignUp(bytes, 16);
  return index;
}

uint32_t ProgramBuilder::functionIndex(const std::string &name, unsigned line) {
  auto known = functionIndices.find(name);
  if (known != functionIndices.end())
    return known->second;
  auto found = module.functions.find(name);
  if (found == module.functions.end())
    throw PtxError(line, "unknown function '" + name + "'");
  if (!found->second->hasBody)
    throw PtxError(line, "function '" + name + "' has no body");
  return layOut(*found->second);
}

bool ProgramBuilder::isEntryParameter(const Variable &var) const { return parameterOffsets.count(&var); }

uint64_t ProgramBuilder::localOffset(const Variable &var) const { return localOffsets.at(&var); }

uint64_t ProgramBuilder::addressOf(const Variable &var, unsigned line) const {
  if (var.space == Space::Shared)
    return sharedOffsets.at(&var);
  if (var.space == Space::Param)
    return parameterOffsets.at(&var);
  if (var.space == Space::Local)
    throw PtxError(line, "'" + var.name + "': .local variables belong into functions");
  if (!var.address)
    throw PtxError(line, "'" + var.name + "' is declared .extern and nowhere defined");
  return var.address;
}

Slot ProgramBuilder::constant(uint64_t bits, bool wide) {
  auto [place, fresh] = constants.emplace(std::make_pair(bits, wide), Slot());
  if (!fresh)
    return place->second;
  uint32_t row = result->pool.size() / 32;
  for (unsigned lane = 0; lane < 32; ++lane) {
    result->pool.push_back(static_cast<uint32_t>(bits));
    if (wide)
      result->pool.push_back(static_cast<uint32_t>(bits >> 32));
  }
  return place->second = Slot(Slot::Pool, row);
}

void ProgramBuilder::referToLabel(const FunctionLayout &layout, const std::string &label, unsigned line,
                                  uint32_t instruction) {
  if (!layout.function->labels.count(label))
    throw PtxError(line, "unknown label '" + label + "'");
  fixups.push_back({instruction, label, line});
}

uint32_t ProgramBuilder::addBranchTable(const FunctionLayout &layout, const std::string &name, unsigned line) {
  if (!layout.function->branchTargets.count(name))
    throw PtxError(line, "unknown branch targets '" + name + "'");
  result->branchTables.emplace_back();
  tableFixups.push_back({static_cast<uint32_t>(result->branchTables.size() - 1), name, line});
  return result->branchTables.size() - 1;
}

const ProgramBuilder::BareProduct *ProgramBuilder::productIn(Slot slot) const {
  auto found = products.find(slot.key());
  return found == products.end() ? nullptr : &found->second;
}

void ProgramBuilder::forgetProducts(const std::vector<Slot> &written) {
  for (Slot slot : written)
    for (auto product = products.begin(); product != products.end();) {
      bool touched = product->first == slot.key() || product->second.a.key() == slot.key() ||
                     product->second.b.key() == slot.key();
      product = touched ? products.erase(product) : std::next(product);
    }
}

Instruction ProgramBuilder::decodeStatement(const FunctionLayout &layout, const Statement &statement) {
  const std::vector<DecodeFunction> *candidates = DecoderTable::instance().find(statement.name);
  if (!candidates)
    throw PtxError(statement.line, "unknown instruction '" + statement.name + "'");
  freshProduct = {};
  for (DecodeFunction decode : *candidates) {
    Decoder decoder(*this, layout, statement);
    if (!decode(decoder))
      continue;
    forgetProducts(decoder.written);
    if (freshProduct.first.exists() && !statement.guard)
      products[freshProduct.first.key()] = freshProduct.second;
    return decoder.out;
  }
  Decoder(*this, layout, statement).fail("no such form of the instruction");
}

void ProgramBuilder::decodeFunction(uint32_t index) {
  FunctionLayout &layout = result->functions[index];
  const Function &function = *layout.function;
  layout.firstInstruction = result->code.size();
  products.clear();
  std::vector<uint32_t> places; // of statements, in the code
  std::map<size_t, bool> labelled;
  for (auto &[label, statement] : function.labels)
    labelled[statement] = true;
  for (const Statement &statement : function.statements) {
    if (labelled.count(places.size()))
      products.clear();
    places.push_back(result->code.size());
    result->code.push_back(decodeStatement(layout, statement));
  }
  places.push_back(result->code.size());
  // A body may end without ret: running off its end returns.
  Statement end;
  end.name = function.isEntry ? "exit" : "ret";
  end.line = function.statements.empty() ? function.line : function.statements.back().line;
  result->code.push_back(decodeStatement(layout, end));

  auto placeOf = [&](const std::string &label, unsigned line) {
    auto found = function.labels.find(label);
    if (found == function.labels.end())
      throw PtxError(line, "unknown label '" + label + "'");
    return places[found->second];
  };
  for (const Fixup &fixup : fixups)
    result->code[fixup.instruction].immediate = placeOf(fixup.label, fixup.line);
  for (const TableFixup &fixup : tableFixups)
    for (const std::string &label : function.branchTargets.at(fixup.name))
      result->branchTables[fixup.table].push_back(placeOf(label, fixup.line));
  fixups.clear();
  tableFixups.clear();
}

} // namespace softgpu
