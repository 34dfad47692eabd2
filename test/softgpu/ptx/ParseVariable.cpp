//===- ParseVariable.cpp - variables, registers and their names -----------===//

#include "Parser.h"

#include <cstring>

namespace softgpu {

std::optional<Space> Parser::spaceOf(std::string_view name) {
  if (name == "global")
    return Space::Global;
  if (name == "const")
    return Space::Const;
  if (name == "shared")
    return Space::Shared;
  if (name == "local")
    return Space::Local;
  if (name == "param")
    return Space::Param;
  return std::nullopt;
}

Parser::Declaration Parser::parseDeclaration() {
  Declaration result;
  while (peek().kind == Token::Dotted) {
    std::string_view name = peek().text;
    if (name == "align") {
      take();
      result.align = parseConstant();
      if (result.align == 0 || (result.align & (result.align - 1)))
        fail("alignment " + std::to_string(result.align) + " is not a power of two");
    } else if (name == "ptr") {
      // What a pointer parameter points at: an annotation for optimisers.
      take();
      if (peek().kind == Token::Dotted && spaceOf(peek().text))
        take();
      if (acceptDotted("align"))
        parseConstant();
    } else if (name == "v2" || name == "v4") {
      result.vector = name[1] - '0';
      take();
    } else if (std::optional<ScalarType> type = parseType(name)) {
      result.type = *type;
      result.hasType = true;
      take();
    } else if (name == "attribute") {
      take();
      while (!accept(")"))
        take();
    } else {
      fail("unknown directive '." + std::string(name) + "'");
    }
  }
  if (!result.hasType)
    failAtToken("a type");
  return result;
}

void Parser::parseVariables(Space space, bool isExtern, std::deque<Variable> &storage) {
  Declaration declaration = parseDeclaration();
  do
    parseVariable(space, declaration, isExtern, storage);
  while (accept(","));
  expect(";");
}

Variable &Parser::parseVariable(Space space, const Declaration &declaration, bool isExtern,
                                std::deque<Variable> &storage) {
  Variable &var = storage.emplace_back();
  var.space = space;
  var.type = declaration.type;
  var.isExtern = isExtern;
  var.name = expectIdentifier();
  size_t elementBytes = declaration.type.bytes();
  size_t elements = declaration.vector;
  var.align = std::max(declaration.align, elementBytes * declaration.vector);
  if (declaration.align && declaration.align < elementBytes)
    var.align = declaration.align;
  bool open = false;
  while (accept("[")) {
    if (accept("]")) {
      open = true;
      continue;
    }
    elements *= parseConstant();
    expect("]");
  }
  var.sizeBytes = open ? 0 : elements * elementBytes;
  if (accept("=")) {
    size_t offset = 0;
    var.initial.resize(var.sizeBytes);
    parseInitialiser(var, elementBytes, offset);
    var.sizeBytes = var.initial.size();
  } else if (open) {
    var.isDynamicShared = space == Space::Shared;
  }
  declare(var.name, {nullptr, &var});
  if (!function)
    module->names[var.name] = &var;
  return var;
}

void Parser::parseInitialiser(Variable &var, size_t elementBytes, size_t &offset) {
  if (!accept("{"))
    return parseScalarInitialiser(var, elementBytes, offset);
  while (!accept("}")) {
    parseInitialiser(var, elementBytes, offset);
    if (!peek().is("}"))
      expect(",");
  }
}

void Parser::parseScalarInitialiser(Variable &var, size_t elementBytes, size_t &offset) {
  if (var.initial.size() < offset + elementBytes)
    var.initial.resize(offset + elementBytes);
  uint64_t bits = 0;
  if (peek().kind == Token::Identifier) {
    Relocation relocation;
    relocation.offset = offset;
    relocation.bytes = elementBytes;
    relocation.name = expectIdentifier();
    if (relocation.name == "generic") {
      relocation.generic = true;
      expect("(");
      relocation.name = expectIdentifier();
      expect(")");
    }
    if (peek().is("+") || peek().is("-"))
      relocation.addend = parseConstant();
    var.relocations.push_back(relocation);
  } else if (peek().kind == Token::Float32 || peek().kind == Token::Float64 ||
             (peek().is("-") && peek(1).kind == Token::Float64)) {
    bool negative = accept("-");
    bool single = peek().kind == Token::Float32;
    bits = take().bits;
    if (negative)
      bits ^= 1ull << 63;
    if (!single && var.type.bits == 32) {
      double wide;
      std::memcpy(&wide, &bits, sizeof wide);
      float narrow = static_cast<float>(wide);
      bits = 0;
      std::memcpy(&bits, &narrow, sizeof narrow);
    }
  } else {
    bits = parseConstant();
  }
  std::memcpy(var.initial.data() + offset, &bits, std::min<size_t>(elementBytes, 8));
  offset += elementBytes;
}

Register &Parser::addRegister(const std::string &name, ScalarType type, unsigned vector) {
  unsigned index = function->registers.size();
  Register *first = nullptr;
  for (unsigned i = 0; i < vector; ++i) {
    Register &reg = function->registers.emplace_back();
    reg = {name, type, i == 0 ? vector : 1, index + i};
    first = first ? first : &reg;
  }
  declare(name, {first, nullptr});
  return *first;
}

void Parser::parseRegisters() {
  Declaration declaration = parseDeclaration();
  do {
    std::string name = expectIdentifier();
    if (!accept("<")) {
      addRegister(name, declaration.type, declaration.vector);
      continue;
    }
    uint64_t count = parseConstant();
    expect(">");
    if (count > 1u << 20)
      fail(std::to_string(count) + " registers are too many");
    for (uint64_t i = 0; i < count; ++i)
      addRegister(name + std::to_string(i), declaration.type, declaration.vector);
  } while (accept(","));
  expect(";");
}

// Names.

const Parser::Symbol *Parser::lookup(const std::string &name) const {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    auto found = scope->find(name);
    if (found != scope->end())
      return &found->second;
  }
  return nullptr;
}

void Parser::declare(const std::string &name, Symbol symbol) {
  if (scopes.back().emplace(name, symbol).second)
    return;
  // A declaration and its definition may both stand at module level.
  Symbol &known = scopes.back()[name];
  if (!function && known.var && (known.var->isExtern || symbol.var->isExtern)) {
    if (known.var->isExtern)
      known = symbol;
    return;
  }
  fail("'" + name + "' is declared twice");
}

} // namespace softgpu
