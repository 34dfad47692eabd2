//===- ParseExpression.cpp - constant expressions -------------------------===//

#include "Parser.h"

namespace softgpu {

static unsigned precedenceOf(std::string_view sign) {
  static const std::unordered_map<std::string_view, unsigned> table = {
      {"||", 1}, {"&&", 2}, {"|", 3},  {"^", 4},  {"&", 5}, {"==", 6}, {"!=", 6}, {"<", 7},  {"<=", 7},
      {">", 7},  {">=", 7}, {"<<", 8}, {">>", 8}, {"+", 9}, {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10}};
  auto found = table.find(sign);
  return found == table.end() ? 0 : found->second;
}

/// PTX's constant integers are 64 bits wide; they are taken as signed here, as literals without U are.
uint64_t Parser::parseConstant(unsigned minimumPrecedence) {
  int64_t left = parseConstantPrimary();
  while (peek().kind == Token::Punctuation) {
    std::string sign(peek().text);
    unsigned precedence = precedenceOf(sign);
    if (precedence <= minimumPrecedence)
      break;
    // "%r<4>": the angle bracket that closes a register range is no operator.
    if (sign == ">" && (peek(1).is(",") || peek(1).is(";")))
      break;
    take();
    int64_t right = parseConstant(precedence);
    if ((sign == "/" || sign == "%") && right == 0)
      fail("division by zero in a constant");
    if (sign == "+")
      left = static_cast<uint64_t>(left) + static_cast<uint64_t>(right);
    else if (sign == "-")
      left = static_cast<uint64_t>(left) - static_cast<uint64_t>(right);
    else if (sign == "*")
      left = static_cast<uint64_t>(left) * static_cast<uint64_t>(right);
    else if (sign == "/")
      left = left / right;
    else if (sign == "%")
      left = left % right;
    else if (sign == "<<")
      left = static_cast<uint64_t>(left) << (right & 63);
    else if (sign == ">>")
      left = left >> (right & 63);
    else if (sign == "&")
      left &= right;
    else if (sign == "|")
      left |= right;
    else if (sign == "^")
      left ^= right;
    else if (sign == "==")
      left = left == right;
    else if (sign == "!=")
      left = left != right;
    else if (sign == "<")
      left = left < right;
    else if (sign == "<=")
      left = left <= right;
    else if (sign == ">")
      left = left > right;
    else if (sign == ">=")
      left = left >= right;
    else if (sign == "&&")
      left = left && right;
    else
      left = left || right;
  }
  return left;
}

uint64_t Parser::parseConstantPrimary() {
  if (accept("-"))
    return -parseConstantPrimary();
  if (accept("+"))
    return parseConstantPrimary();
  if (accept("~"))
    return ~parseConstantPrimary();
  if (accept("!"))
    return !parseConstantPrimary();
  if (accept("(")) {
    if (peek().kind == Token::Dotted) { // (.s64) x, (.u64) x: all are 64 bits here
      take();
      expect(")");
      return parseConstantPrimary();
    }
    uint64_t value = parseConstant();
    expect(")");
    return value;
  }
  if (peek().kind != Token::Integer)
    failAtToken("an integer");
  return take().bits;
}

} // namespace softgpu
