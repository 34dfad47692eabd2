//===- Control.cpp - instructions that only steer -------------------------===//
//
// bra, brx.idx, call, ret, exit, trap, brkpt, nanosleep, pmevent and others.
//
//===----------------------------------------------------------------------===//

#include "Select.h"

namespace softgpu {
namespace {

bool decodeBranch(Decoder &d) {
  d.take("uni");
  d.finish(1);
  if (d.operand(0).kind != Operand::Name)
    d.fail("expected a label");
  d.builder.referToLabel(d.layout, d.operand(0).name, d.statement.line, d.builder.program().code.size());
  d.out.run = [](Warp &warp, const Instruction &i) { warp.branch(i.immediate); };
  return true;
}

void branchIndexed(Warp &warp, const Instruction &i) {
  const std::vector<uint32_t> &table = warp.program.branchTables[i.extra];
  const uint32_t *index = warp.lanes<uint32_t>(i.slots[0]);
  uint32_t targets[warpSize] = {};
  forEachActive(warp, [&](uint32_t lane) {
    if (index[lane] >= table.size())
      warp.fail(illegalInstruction,
                "brx.idx takes target " + std::to_string(index[lane]) + " of " + std::to_string(table.size()), lane);
    targets[lane] = table[index[lane]];
  });
  warp.branchByLane(targets);
}

bool decodeIndexedBranch(Decoder &d) {
  if (!d.take("idx"))
    d.fail("expected .idx");
  d.take("uni");
  d.finish(2);
  d.out.slots[0] = d.source(0, {TypeKind::Unsigned, 1, 32});
  if (d.operand(1).kind != Operand::Name)
    d.fail("expected the name of branch targets");
  d.out.extra = d.builder.addBranchTable(d.layout, d.operand(1).name, d.statement.line);
  d.out.run = branchIndexed;
  return true;
}

/// From `from` in the caller to `to` in the callee, or for results the reverse.
Transfer transferOf(Decoder &d, const Operand &actual, const Parameter &formal, uint32_t callee, bool isResult) {
  Transfer result;
  if (formal.reg) {
    ScalarType type = formal.reg->type;
    Slot inner(Slot::Frame, d.builder.program().functions[callee].registerRows[formal.reg->index]);
    Slot outer = isResult ? d.destination(actual, type) : d.source(actual, type);
    result.kind = type.isPredicate() ? Transfer::Predicate
                  : type.bits == 64  ? Transfer::Register64
                                     : Transfer::Register32;
    result.from = isResult ? inner : outer;
    result.to = isResult ? outer : inner;
    return result;
  }
  uint64_t inner = d.builder.localOffset(*formal.var);
  result.bytes = formal.var->sizeBytes;
  if (actual.kind == Operand::Var && actual.var->space == Space::Param) {
    if (d.builder.isEntryParameter(*actual.var) || actual.var->sizeBytes != formal.var->sizeBytes)
      d.fail("argument '" + actual.var->name + "' has " + std::to_string(actual.var->sizeBytes) +
             " bytes, the parameter " + std::to_string(formal.var->sizeBytes));
    uint64_t outer = d.builder.localOffset(*actual.var);
    result.fromOffset = isResult ? inner : outer;
    result.toOffset = isResult ? outer : inner;
    return result;
  }
  if (isResult || formal.var->sizeBytes > 8)
    d.fail("an argument does not fit its parameter");
  result.kind = Transfer::RegisterToBytes;
  result.from = d.source(actual, {TypeKind::Bits, 1, static_cast<uint16_t>(formal.var->sizeBytes * 8)});
  result.toOffset = inner;
  return result;
}

bool decodeCall(Decoder &d) {
  d.take("uni");
  d.finish();
  CallSite site;
  size_t index = 0;
  const Operand *results = d.operand(0).kind == Operand::List ? &d.operand(index++) : nullptr;
  const Operand &target = d.operand(index++);
  const Operand *arguments = index < d.operandCount() ? &d.operand(index) : nullptr;
  if (target.kind != Operand::Name)
    d.fail("indirect calls are not supported");
  site.callee = d.builder.functionIndex(target.name, d.statement.line);
  const Function &callee = *d.builder.program().functions[site.callee].function;
  auto connect = [&](const Operand *actual, const std::vector<Parameter> &formal, std::vector<Transfer> &into,
                     bool isResult) {
    size_t count = actual ? actual->parts.size() : 0;
    if (count != formal.size())
      d.fail("'" + target.name + "' has " + std::to_string(formal.size()) + (isResult ? " results" : " parameters") +
             ", found " + std::to_string(count));
    for (size_t i = 0; i < count; ++i)
      into.push_back(transferOf(d, actual->parts[i], formal[i], site.callee, isResult));
  };
  connect(results, callee.results, site.results, true);
  connect(arguments, callee.parameters, site.arguments, false);
  d.out.extra = d.builder.program().calls.size();
  d.builder.program().calls.push_back(std::move(site));
  d.out.run = [](Warp &warp, const Instruction &i) { warp.call(warp.program.calls[i.extra]); };
  return true;
}

bool decodeReturn(Decoder &d) {
  d.take("uni");
  d.finish(0);
  d.out.run = [](Warp &warp, const Instruction &) { warp.leaveFunction(); };
  return true;
}

bool decodeExit(Decoder &d) {
  d.finish(0);
  d.out.run = [](Warp &warp, const Instruction &) { warp.exitLanes(); };
  return true;
}

bool decodeTrap(Decoder &d) {
  d.finish(0);
  d.out.run = [](Warp &warp, const Instruction &) { warp.fail(launchFailed, "trap"); };
  return true;
}

bool decodeSleep(Decoder &d) {
  d.take("u32");
  d.finish(1);
  d.out.run = [](Warp &warp, const Instruction &) { warp.hintSpin(); };
  return true;
}

bool decodeNothing(Decoder &d) {
  for (const char *modifier : {"wait", "launch_dependents", "mask"})
    d.take(modifier);
  d.finish();
  d.out.run = [](Warp &, const Instruction &) {};
  return true;
}

} // namespace

void addControlDecoders(DecoderTable &table) {
  table.add("bra", decodeBranch);
  table.add("brx", decodeIndexedBranch);
  table.add("call", decodeCall);
  table.add("ret", decodeReturn);
  table.add("exit", decodeExit);
  table.add("trap", decodeTrap);
  table.add("brkpt", decodeTrap);
  table.add("nanosleep", decodeSleep);
  table.add("griddepcontrol", decodeNothing);
  table.add("pmevent", decodeNothing);
}

} // namespace softgpu
