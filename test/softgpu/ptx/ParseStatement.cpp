//===- ParseStatement.cpp - the statements of functions -------------------===//

#include "Parser.h"

#include <cstring>

namespace softgpu {

void Parser::parseBody(Function &function) {
  function.hasBody = true;
  expect("{");
  while (!accept("}"))
    parseStatement();
}

void Parser::parseStatement() {
  if (peek().kind == Token::End)
    fail("missing '}'");
  if (accept(";") || skipDebugDirective())
    return;
  if (accept("{")) {
    scopes.emplace_back();
    while (!accept("}"))
      parseStatement();
    scopes.pop_back();
    return;
  }
  if (peek().kind == Token::Dotted)
    return parseDirective();
  if (peek().kind == Token::Identifier && peek(1).is(":")) {
    std::string label = expectIdentifier();
    expect(":");
    if (peek().kind == Token::Dotted && peek().text == "branchtargets")
      return parseBranchTargets(label);
    if (!function->labels.emplace(label, function->statements.size()).second)
      fail("label '" + label + "' is defined twice");
    return;
  }
  parseInstruction();
}

void Parser::parseDirective() {
  if (acceptDotted("reg"))
    return parseRegisters();
  std::string name(peek().text);
  std::optional<Space> space = spaceOf(name);
  if (!space)
    fail("unknown directive '." + name + "'");
  take();
  parseVariables(*space, false, function->variables);
}

void Parser::parseBranchTargets(const std::string &label) {
  take();
  std::vector<std::string> &targets = function->branchTargets[label];
  do
    targets.push_back(expectIdentifier());
  while (accept(","));
  expect(";");
}

void Parser::parseInstruction() {
  Statement statement;
  statement.line = peek().line;
  if (accept("@")) {
    statement.guardNegated = accept("!");
    std::string name = expectIdentifier();
    const Symbol *symbol = lookup(name);
    if (!symbol || !symbol->reg || !symbol->reg->type.isPredicate())
      fail("'" + name + "' is not a predicate");
    statement.guard = symbol->reg;
  }
  statement.line = peek().line;
  statement.name = expectIdentifier();
  while (peek().kind == Token::Dotted)
    statement.modifiers.emplace_back(take().text);
  bool isCall = statement.name == "call";
  while (!accept(";")) {
    statement.operands.push_back(parseOperand(isCall));
    if (!peek().is(";"))
      expect(",");
  }
  function->statements.push_back(std::move(statement));
}

Operand Parser::parseOperand(bool isCall) {
  Operand result;
  if (peek().is("[")) {
    result = parseAddress();
  } else if (accept("{")) {
    result.kind = Operand::Vector;
    while (!accept("}")) {
      result.parts.push_back(parseOperand(false));
      if (!peek().is("}"))
        expect(",");
    }
  } else if (isCall && accept("(")) {
    result.kind = Operand::List;
    while (!accept(")")) {
      result.parts.push_back(parseOperand(false));
      if (!peek().is(")"))
        expect(",");
    }
  } else if (peek().is("!") && peek(1).kind == Token::Identifier) {
    take();
    result = parseIdentifier();
    result.negated = true;
  } else if (peek().kind == Token::Identifier) {
    result = parseIdentifier();
  } else {
    result = parseImmediate();
  }
  if (accept("|")) {
    Operand pair;
    pair.kind = Operand::Pair;
    pair.parts.push_back(std::move(result));
    pair.parts.push_back(parseIdentifier());
    return pair;
  }
  return result;
}

Operand Parser::parseAddress() {
  expect("[");
  Operand result;
  result.kind = Operand::Address;
  if (peek().kind == Token::Identifier) {
    result.parts.push_back(parseIdentifier());
    Operand &base = result.parts.back();
    if (base.kind != Operand::Reg && base.kind != Operand::Var)
      fail("'" + base.name + "' is neither a register nor a variable");
    result.bits = base.bits;
    base.bits = 0;
  } else {
    Operand base;
    base.kind = Operand::Integer;
    result.parts.push_back(base);
  }
  if (!peek().is("]"))
    result.bits += parseConstant();
  expect("]");
  return result;
}

Operand Parser::parseIdentifier() {
  Operand result;
  std::string name = expectIdentifier();
  if (name == "_")
    return result;
  const Symbol *symbol = lookup(name);
  if (symbol && symbol->reg) {
    result.kind = Operand::Reg;
    result.reg = symbol->reg;
    if (peek().kind == Token::Dotted) {
      std::string component(take().text);
      size_t index = component.size() == 1 ? std::string("xyzw").find(component) : std::string::npos;
      if (index == std::string::npos)
        index = component.size() == 1 ? std::string("rgba").find(component) : std::string::npos;
      if (index >= symbol->reg->vector)
        fail("'" + name + "' has no component '" + component + "'");
      result.reg = &function->registers[symbol->reg->index + index];
    } else if (result.reg->vector > 1) {
      result.kind = Operand::Vector;
      for (unsigned i = 0; i < result.reg->vector; ++i) {
        Operand part;
        part.kind = Operand::Reg;
        part.reg = &function->registers[symbol->reg->index + i];
        result.parts.push_back(part);
      }
    }
    return result;
  }
  if (symbol) {
    result.kind = Operand::Var;
    result.var = symbol->var;
    if (peek().is("+") || peek().is("-"))
      result.bits = parseConstant();
    return result;
  }
  if (name == "WARP_SZ") {
    result.kind = Operand::Integer;
    result.bits = 32;
    return result;
  }
  if (name[0] == '%')
    return parseSpecial(name);
  result.kind = Operand::Name;
  result.name = name;
  return result;
}

Operand Parser::parseSpecial(const std::string &name) {
  static const std::unordered_map<std::string, Special> table = {{"%tid.x", Special::TidX},
                                                                 {"%tid.y", Special::TidY},
                                                                 {"%tid.z", Special::TidZ},
                                                                 {"%ntid.x", Special::NtidX},
                                                                 {"%ntid.y", Special::NtidY},
                                                                 {"%ntid.z", Special::NtidZ},
                                                                 {"%ctaid.x", Special::CtaidX},
                                                                 {"%ctaid.y", Special::CtaidY},
                                                                 {"%ctaid.z", Special::CtaidZ},
                                                                 {"%nctaid.x", Special::NctaidX},
                                                                 {"%nctaid.y", Special::NctaidY},
                                                                 {"%nctaid.z", Special::NctaidZ},
                                                                 {"%laneid", Special::LaneId},
                                                                 {"%warpid", Special::WarpId},
                                                                 {"%nwarpid", Special::NWarpId},
                                                                 {"%smid", Special::SmId},
                                                                 {"%nsmid", Special::NSmId},
                                                                 {"%gridid", Special::GridId},
                                                                 {"%lanemask_eq", Special::LaneMaskEq},
                                                                 {"%lanemask_le", Special::LaneMaskLe},
                                                                 {"%lanemask_lt", Special::LaneMaskLt},
                                                                 {"%lanemask_ge", Special::LaneMaskGe},
                                                                 {"%lanemask_gt", Special::LaneMaskGt},
                                                                 {"%clock", Special::Clock},
                                                                 {"%clock_hi", Special::ClockHi},
                                                                 {"%clock64", Special::Clock64},
                                                                 {"%globaltimer", Special::GlobalTimer},
                                                                 {"%globaltimer_lo", Special::GlobalTimerLo},
                                                                 {"%globaltimer_hi", Special::GlobalTimerHi},
                                                                 {"%dynamic_smem_size", Special::DynamicSmemSize},
                                                                 {"%total_smem_size", Special::TotalSmemSize}};
  std::string full = name;
  if (peek().kind == Token::Dotted && (peek().text == "x" || peek().text == "y" || peek().text == "z"))
    full += "." + std::string(take().text);
  Operand result;
  result.kind = Operand::SpecialReg;
  auto found = table.find(full);
  if (found != table.end()) {
    result.special = found->second;
    return result;
  }
  if (full.rfind("%envreg", 0) == 0) {
    result.special = Special::EnvReg;
    return result;
  }
  fail("unknown register '" + full + "'");
}

Operand Parser::parseImmediate() {
  Operand result;
  bool negative = peek().is("-") && (peek(1).kind == Token::Float32 || peek(1).kind == Token::Float64);
  if (negative)
    take();
  if (peek().kind == Token::Float32 || peek().kind == Token::Float64) {
    result.kind = peek().kind == Token::Float32 ? Operand::Float32 : Operand::Float64;
    result.bits = take().bits;
    if (negative)
      result.bits ^= result.kind == Operand::Float32 ? 1ull << 31 : 1ull << 63;
    return result;
  }
  result.kind = Operand::Integer;
  // An operand may be followed by '|' (a pair) only when it is a register.
  result.bits = parseConstant();
  return result;
}

} // namespace softgpu
