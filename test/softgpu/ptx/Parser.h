//===- Parser.h - the recursive-descent parser of PTX -----------*- C++ -*-===//
//
// Modules and functions are in Parser.cpp, variables in ParseVariable.cpp, statements in ParseStatement.cpp, constant
// expressions in ParseExpression.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_PTX_PARSER_H
#define SOFTGPU_PTX_PARSER_H

#include "Lexer.h"
#include "Module.h"

#include <unordered_map>

namespace softgpu {

class Parser {
public:
  explicit Parser(std::string_view source) : tokens(tokenize(source)), module(std::make_unique<Module>()) {}

  std::unique_ptr<Module> run();

private:
  struct Symbol {
    Register *reg = nullptr;
    Variable *var = nullptr;
  };
  /// What stands between a state space and a variable's name.
  struct Declaration {
    ScalarType type;
    bool hasType = false;
    unsigned vector = 1;
    size_t align = 0;
  };

  // Tokens.
  const Token &peek(size_t ahead = 0) const { return tokens[std::min(position + ahead, tokens.size() - 1)]; }
  const Token &take() { return tokens[position + 1 < tokens.size() ? position++ : position]; }
  bool accept(std::string_view sign);
  bool acceptDotted(std::string_view name);
  void expect(std::string_view sign);
  std::string expectIdentifier();
  void skipLine();
  void skipBraces();
  [[noreturn]] void fail(const std::string &message) const { throw PtxError(peek().line, message); }
  [[noreturn]] void failAtToken(const std::string &expected) const;

  // Module level.
  void parseHeader();
  void parseTopLevel();
  bool skipDebugDirective();
  void parseFunction(bool isEntry);
  void parsePerformanceDirectives(Function &function);
  void parseParameters(Function &function, std::vector<Parameter> &list);

  // Variables.
  static std::optional<Space> spaceOf(std::string_view name);
  Declaration parseDeclaration();
  void parseVariables(Space space, bool isExtern, std::deque<Variable> &storage);
  Variable &parseVariable(Space space, const Declaration &declaration, bool isExtern, std::deque<Variable> &storage);
  void parseInitialiser(Variable &var, size_t elementBytes, size_t &offset);
  void parseScalarInitialiser(Variable &var, size_t elementBytes, size_t &offset);
  void parseRegisters();
  Register &addRegister(const std::string &name, ScalarType type, unsigned vector);

  // Statements.
  void parseBody(Function &function);
  void parseStatement();
  void parseDirective();
  void parseBranchTargets(const std::string &label);
  void parseInstruction();
  Operand parseOperand(bool isCall);
  Operand parseAddress();
  Operand parseIdentifier();
  Operand parseSpecial(const std::string &name);
  Operand parseImmediate();

  // Constant expressions.
  uint64_t parseConstant(unsigned minimumPrecedence = 0);
  uint64_t parseConstantPrimary();

  // Names.
  const Symbol *lookup(const std::string &name) const;
  void declare(const std::string &name, Symbol symbol);

  std::vector<Token> tokens;
  size_t position = 0;
  std::unique_ptr<Module> module;
  Function *function = nullptr;
  std::vector<std::unordered_map<std::string, Symbol>> scopes{1};
};

} // namespace softgpu

#endif
