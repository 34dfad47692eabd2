//===- Decoder.cpp - operands and modifiers -------------------------------===//

#include "Decoder.h"

#include <algorithm>
#include <cstring>

namespace softgpu {

Decoder::Decoder(ProgramBuilder &builder, const FunctionLayout &layout, const Statement &statement)
    : statement(statement), builder(builder), layout(layout), modifiers(statement.modifiers) {
  out.line = statement.line;
  if (statement.guard) {
    out.guard = slotOf(*statement.guard);
    out.guardNegated = statement.guardNegated;
  }
}

static std::string spell(const Statement &statement) {
  std::string text = statement.name;
  for (const std::string &modifier : statement.modifiers)
    text += "." + modifier;
  return text;
}

void Decoder::fail(const std::string &message) const {
  throw PtxError(statement.line, "'" + spell(statement) + "': " + message);
}

// Modifiers.

bool Decoder::take(std::string_view modifier) {
  auto found = std::find(modifiers.begin(), modifiers.end(), modifier);
  if (found == modifiers.end())
    return false;
  modifiers.erase(found);
  return true;
}

int Decoder::takeOneOf(std::initializer_list<const char *> names) {
  int index = 0;
  for (const char *name : names) {
    if (take(name))
      return index;
    ++index;
  }
  return -1;
}

bool Decoder::takePrefix(std::string_view prefix) {
  auto found = std::find_if(modifiers.begin(), modifiers.end(),
                            [&](const std::string &modifier) { return modifier.rfind(prefix, 0) == 0; });
  if (found == modifiers.end())
    return false;
  modifiers.erase(found);
  return true;
}

bool Decoder::hasModifier(std::string_view modifier) const {
  return std::find(modifiers.begin(), modifiers.end(), modifier) != modifiers.end();
}

std::optional<ScalarType> Decoder::lastType() const {
  for (auto modifier = modifiers.rbegin(); modifier != modifiers.rend(); ++modifier)
    if (std::optional<ScalarType> type = parseType(*modifier))
      return type;
  return std::nullopt;
}

std::optional<ScalarType> Decoder::takeTypeIfAny() {
  for (auto modifier = modifiers.begin(); modifier != modifiers.end(); ++modifier)
    if (std::optional<ScalarType> type = parseType(*modifier)) {
      modifiers.erase(modifier);
      return type;
    }
  return std::nullopt;
}

ScalarType Decoder::takeType() {
  std::optional<ScalarType> type = takeTypeIfAny();
  if (!type)
    fail("a type is missing");
  return *type;
}

std::optional<Space> Decoder::takeSpace() {
  static const std::pair<const char *, Space> names[] = {{"global", Space::Global},      {"const", Space::Const},
                                                         {"shared", Space::Shared},      {"local", Space::Local},
                                                         {"shared::cta", Space::Shared}, {"param", Space::Param},
                                                         {"param::entry", Space::Param}, {"param::func", Space::Param}};
  for (auto [name, space] : names)
    if (take(name))
      return space;
  return std::nullopt;
}

void Decoder::finish() const {
  if (!modifiers.empty())
    fail("unknown modifier '." + modifiers.front() + "'");
}

void Decoder::finish(size_t operandCount) {
  finish();
  if (statement.operands.size() != operandCount)
    fail("expected " + std::to_string(operandCount) + " operands, found " + std::to_string(statement.operands.size()));
}

// Operands.

const Operand &Decoder::operand(size_t index) const {
  if (index >= statement.operands.size())
    fail("expected more than " + std::to_string(statement.operands.size()) + " operands");
  return statement.operands[index];
}

Slot Decoder::slotOf(const Register &reg) const { return Slot(Slot::Frame, layout.registerRows[reg.index]); }

bool Decoder::isWide(const Operand &operand) const {
  return operand.kind == Operand::Reg && operand.reg->type.bits == 64;
}

static bool fits(ScalarType reg, ScalarType type, bool relaxed) {
  if (reg.isPredicate() || type.isPredicate())
    return reg.isPredicate() && type.isPredicate();
  return reg.bits == type.bits || (relaxed && reg.bits > type.bits);
}

Slot Decoder::destination(const Operand &operand, ScalarType type, bool relaxed) const {
  if (operand.kind == Operand::Sink)
    return Slot();
  if (operand.kind != Operand::Reg)
    fail("a destination must be a register");
  if (!fits(operand.reg->type, type, relaxed))
    fail("register '" + operand.reg->name + "' has " + std::to_string(operand.reg->type.bits) + " bits, expected " +
         std::to_string(type.bits));
  written.push_back(slotOf(*operand.reg));
  return written.back();
}

Slot Decoder::constant(uint64_t bits, bool wide) { return builder.constant(bits, wide); }

Slot Decoder::source(const Operand &operand, ScalarType type, bool relaxed) {
  if (operand.negated)
    fail("'!' before an operand that may not be negated");
  switch (operand.kind) {
  case Operand::Reg:
    if (!fits(operand.reg->type, type, relaxed))
      fail("register '" + operand.reg->name + "' has " + std::to_string(operand.reg->type.bits) + " bits, expected " +
           std::to_string(type.bits));
    return slotOf(*operand.reg);
  case Operand::SpecialReg:
    if (operand.special >= Special::Clock && operand.special <= Special::GlobalTimerHi)
      fail("a clock is read by mov only");
    if (type.bits > 32)
      fail("a special register has 32 bits, expected " + std::to_string(type.bits));
    return Slot(Slot::Specials, static_cast<uint32_t>(operand.special));
  case Operand::Integer:
    if (type.isFloat() && type.bits >= 32)
      fail("an integer stands for a number of type f" + std::to_string(type.bits));
    if (type.isPredicate())
      return constant(operand.bits ? ~0u : 0, false);
    return constant(type.bits >= 64 ? operand.bits : operand.bits & ((1ull << type.bits) - 1), type.bits == 64);
  case Operand::Float32:
    if (type.bits != 32)
      fail("a 32-bit number stands for one of " + std::to_string(type.bits) + " bits");
    return constant(operand.bits, false);
  case Operand::Float64: {
    if (type.bits == 64)
      return constant(operand.bits, true);
    if (type.bits != 32)
      fail("a 64-bit number stands for one of " + std::to_string(type.bits) + " bits");
    double wide;
    std::memcpy(&wide, &operand.bits, sizeof wide);
    float narrow = static_cast<float>(wide);
    uint32_t bits;
    std::memcpy(&bits, &narrow, sizeof bits);
    return constant(bits, false);
  }
  default:
    fail("an operand is neither a register nor a constant");
  }
}

Slot Decoder::predicate(const Operand &operand) const {
  if (operand.kind != Operand::Reg || !operand.reg->type.isPredicate())
    fail("expected a predicate");
  return slotOf(*operand.reg);
}

void Decoder::address(const Operand &operand, unsigned slot, Space space, int64_t &offset, bool &wide) {
  if (operand.kind != Operand::Address)
    fail("expected an address");
  offset = static_cast<int64_t>(operand.bits);
  const Operand &base = operand.parts[0];
  wide = true;
  if (base.kind == Operand::Reg) {
    if (base.reg->type.bits != 32 && base.reg->type.bits != 64)
      fail("an address of " + std::to_string(base.reg->type.bits) + " bits");
    wide = base.reg->type.bits == 64;
    out.slots[slot] = slotOf(*base.reg);
    return;
  }
  if (base.kind == Operand::Integer) {
    out.slots[slot] = constant(0, true);
    return;
  }
  const Variable &var = *base.var;
  if (var.space != space && !(space == Space::Generic && var.space == Space::Global))
    fail("'" + var.name + "' lies in another state space");
  bool inFrame = var.space == Space::Local || (var.space == Space::Param && !builder.isEntryParameter(var));
  out.slots[slot] = inFrame ? localBase() : constant(0, true);
  offset += inFrame ? builder.localOffset(var) : builder.addressOf(var, statement.line);
}

uint64_t Decoder::integer(size_t index) const {
  if (operand(index).kind != Operand::Integer)
    fail("expected an integer constant");
  return operand(index).bits;
}

// The table.

const std::vector<DecodeFunction> *DecoderTable::find(const std::string &name) const {
  auto found = table.find(name);
  return found == table.end() ? nullptr : &found->second;
}

const DecoderTable &DecoderTable::instance() {
  static const DecoderTable table = [] {
    DecoderTable result;
    for (auto add :
         {addIntegerDecoders, addBitDecoders, addFloatDecoders, addHalfDecoders, addApproximateDecoders,
          addCompareDecoders, addConvertDecoders, addMoveDecoders, addLoadStoreDecoders, addAsyncCopyDecoders,
          addAtomicDecoders, addControlDecoders, addBarrierDecoders, addMbarrierDecoders, addWarpDecoders})
      add(result);
    return result;
  }();
  return table;
}

} // namespace softgpu
