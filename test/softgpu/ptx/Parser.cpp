//===- Parser.cpp - modules and functions ---------------------------------===//

#include "Parser.h"

namespace softgpu {

std::unique_ptr<Module> parseModule(std::string_view source) { return Parser(source).run(); }

std::unique_ptr<Module> Parser::run() {
  parseHeader();
  while (peek().kind != Token::End)
    parseTopLevel();
  return std::move(module);
}

// Tokens.

bool Parser::accept(std::string_view sign) {
  if (!peek().is(sign))
    return false;
  take();
  return true;
}

bool Parser::acceptDotted(std::string_view name) {
  if (peek().kind != Token::Dotted || peek().text != name)
    return false;
  take();
  return true;
}

void Parser::failAtToken(const std::string &expected) const {
  std::string found = peek().kind == Token::End ? "the end" : "'" + std::string(peek().text) + "'";
  fail("expected " + expected + ", found " + found);
}

void Parser::expect(std::string_view sign) {
  if (!accept(sign))
    failAtToken("'" + std::string(sign) + "'");
}

std::string Parser::expectIdentifier() {
  if (peek().kind != Token::Identifier)
    failAtToken("a name");
  return std::string(take().text);
}

void Parser::skipLine() {
  unsigned line = peek().line;
  while (peek().kind != Token::End && peek().line == line)
    take();
}

void Parser::skipBraces() {
  expect("{");
  for (int depth = 1; depth > 0; take()) {
    if (peek().kind == Token::End)
      fail("missing '}'");
    depth += peek().is("{") ? 1 : peek().is("}") ? -1 : 0;
  }
}

// Module level.

void Parser::parseHeader() {
  if (!acceptDotted("version"))
    failAtToken("'.version'");
  // "9.0" reads as one number, "9" ".0" never occurs.
  if (peek().kind != Token::Float64)
    failAtToken("a version such as 7.0");
  std::string version(take().text);
  size_t dot = version.find('.');
  module->version = 10 * std::stoul(version.substr(0, dot)) + std::stoul(version.substr(dot + 1));
  if (!acceptDotted("target"))
    failAtToken("'.target'");
  std::string target = expectIdentifier();
  if (target.rfind("sm_", 0) != 0 || target.size() < 4)
    fail("unknown target '" + target + "'");
  module->target = std::stoul(target.substr(3));
  while (accept(",")) {
    std::string feature = expectIdentifier();
    if (feature != "debug" && feature != "texmode_unified" && feature != "texmode_independent")
      fail("unknown target feature '" + feature + "'");
  }
}

bool Parser::skipDebugDirective() {
  if (peek().kind != Token::Dotted)
    return false;
  std::string_view name = peek().text;
  if (name == "file" || name == "loc") {
    skipLine();
    return true;
  }
  if (name == "section") {
    while (!peek().is("{"))
      take();
    skipBraces();
    return true;
  }
  if (name == "pragma") {
    while (!accept(";"))
      take();
    return true;
  }
  return false;
}

void Parser::parseTopLevel() {
  if (skipDebugDirective())
    return;
  if (acceptDotted("address_size")) {
    module->addressSize = take().bits;
    if (module->addressSize != 64)
      fail("expected address size 64, found " + std::to_string(module->addressSize));
    return;
  }
  bool isExtern = false;
  for (bool linkage = true; linkage;) {
    if (acceptDotted("extern"))
      isExtern = true;
    else
      linkage = acceptDotted("visible") || acceptDotted("weak") || acceptDotted("common");
  }
  if (acceptDotted("entry"))
    return parseFunction(/*isEntry=*/true);
  if (acceptDotted("func"))
    return parseFunction(/*isEntry=*/false);
  if (peek().kind != Token::Dotted)
    failAtToken("a directive");
  std::optional<Space> space = spaceOf(peek().text);
  if (!space)
    fail("unknown directive '." + std::string(peek().text) + "'");
  take();
  parseVariables(*space, isExtern, module->variables);
}

void Parser::parseFunction(bool isEntry) {
  auto fresh = std::make_unique<Function>();
  fresh->isEntry = isEntry;
  fresh->line = peek().line;
  function = fresh.get();
  scopes.emplace_back();
  acceptDotted("noreturn");
  if (!isEntry && peek().is("("))
    parseParameters(*fresh, fresh->results);
  fresh->name = expectIdentifier();
  if (peek().is("("))
    parseParameters(*fresh, fresh->parameters);
  parsePerformanceDirectives(*fresh);
  if (peek().is("{"))
    parseBody(*fresh);
  else
    expect(";");
  scopes.pop_back();
  function = nullptr;

  std::unique_ptr<Function> &known = module->functions[fresh->name];
  if (known && known->hasBody && fresh->hasBody)
    throw PtxError(fresh->line, "function '" + fresh->name + "' is defined twice");
  if (!known || fresh->hasBody)
    known = std::move(fresh);
}

void Parser::parsePerformanceDirectives(Function &function) {
  auto numbers = [&](std::array<unsigned, 3> &into) {
    into = {1, 1, 1};
    unsigned i = 0;
    do {
      uint64_t value = parseConstant();
      if (i < 3)
        into[i++] = value;
    } while (accept(","));
  };
  std::array<unsigned, 3> ignored;
  while (peek().kind == Token::Dotted) {
    if (acceptDotted("maxntid"))
      numbers(function.maxThreads);
    else if (acceptDotted("reqntid"))
      numbers(function.requiredThreads);
    else if (acceptDotted("minnctapersm") || acceptDotted("maxnctapersm") || acceptDotted("maxnreg"))
      numbers(ignored);
    else if (acceptDotted("noreturn") || skipDebugDirective())
      continue;
    else
      fail("unknown directive '." + std::string(peek().text) + "'");
  }
}

void Parser::parseParameters(Function &function, std::vector<Parameter> &list) {
  expect("(");
  while (!accept(")")) {
    Parameter parameter;
    if (acceptDotted("reg")) {
      Declaration declaration = parseDeclaration();
      parameter.reg = &addRegister(expectIdentifier(), declaration.type, declaration.vector);
    } else {
      if (!acceptDotted("param"))
        failAtToken("'.param' or '.reg'");
      parameter.var = &parseVariable(Space::Param, parseDeclaration(), false, function.variables);
    }
    list.push_back(parameter);
    if (!peek().is(")"))
      expect(",");
  }
}

} // namespace softgpu
