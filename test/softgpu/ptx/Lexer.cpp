//===- Lexer.cpp - PTX text to tokens -------------------------------------===//

#include "Lexer.h"

#include <cctype>
#include <cstring>

namespace softgpu {
namespace {

class Lexer {
public:
  explicit Lexer(std::string_view source) : source(source) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    while (skipBlank())
      tokens.push_back(next());
    Token end;
    end.line = line;
    tokens.push_back(end);
    return tokens;
  }

private:
  char at(size_t offset = 0) const { return position + offset < source.size() ? source[position + offset] : '\0'; }
  static bool startsName(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '%';
  }
  static bool continuesName(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$'; }

  /// Skips white space and comments; false at the end.
  bool skipBlank() {
    while (position < source.size()) {
      char c = at();
      if (c == '\n')
        ++line;
      if (std::isspace(static_cast<unsigned char>(c))) {
        ++position;
        continue;
      }
      if (c == '/' && at(1) == '/') {
        while (position < source.size() && at() != '\n')
          ++position;
        continue;
      }
      if (c == '/' && at(1) == '*') {
        size_t end = source.find("*/", position + 2);
        if (end == std::string_view::npos)
          throw PtxError(line, "comment without end");
        for (; position < end + 2; ++position)
          line += at() == '\n';
        continue;
      }
      return true;
    }
    return false;
  }

  Token make(Token::Kind kind, size_t start, size_t end) {
    Token token;
    token.kind = kind;
    token.text = source.substr(start, end - start);
    token.line = line;
    position = std::max(position, end);
    return token;
  }

  Token next() {
    size_t start = position;
    char c = at();
    if (startsName(c)) {
      size_t end = start + 1;
      while (end < source.size() && continuesName(source[end]))
        ++end;
      return make(Token::Identifier, start, end);
    }
    if (c == '.' && (continuesName(at(1)))) {
      size_t end = start + 1;
      while (end < source.size() && (continuesName(source[end]) || isScope(end)))
        end += isScope(end) ? 2 : 1;
      return make(Token::Dotted, start + 1, end);
    }
    if (std::isdigit(static_cast<unsigned char>(c)))
      return number();
    if (c == '"') {
      size_t end = source.find('"', start + 1);
      if (end == std::string_view::npos)
        throw PtxError(line, "string without end");
      position = end + 1;
      return make(Token::String, start + 1, end);
    }
    for (const char *sign : {"<<", ">>", "==", "!=", "<=", ">=", "&&", "||"})
      if (c == sign[0] && at(1) == sign[1])
        return make(Token::Punctuation, start, start + 2);
    if (!std::strchr(";,(){}[]@!+-*/%<>=|&^~?:", c))
      throw PtxError(line, std::string("unknown character '") + c + "'");
    return make(Token::Punctuation, start, start + 1);
  }

  bool isScope(size_t at) const { return source.substr(at, 2) == "::"; }

  uint64_t digits(size_t start, size_t end, int base) {
    std::string text(source.substr(start, end - start));
    char *stop = nullptr;
    uint64_t value = std::strtoull(text.c_str(), &stop, base);
    if (text.empty() || *stop)
      throw PtxError(line, "malformed number '" + text + "'");
    return value;
  }

  Token number() {
    size_t start = position, end = start;
    bool isFloat = false;
    char prefix = at() == '0' ? at(1) : '\0';
    bool hexadecimal = prefix && std::strchr("xXfFdD", prefix);
    while (end < source.size()) {
      char c = source[end];
      bool exponentSign = !hexadecimal && (c == '+' || c == '-') && std::strchr("eE", source[end - 1]);
      if (!std::isalnum(static_cast<unsigned char>(c)) && !exponentSign &&
          !(c == '.' && end + 1 < source.size() && std::isdigit(static_cast<unsigned char>(source[end + 1]))))
        break;
      isFloat |= !hexadecimal && (c == '.' || c == 'e' || c == 'E');
      ++end;
    }
    Token token = make(Token::Integer, start, end);
    if (prefix && std::strchr("fFdD", prefix)) {
      bool single = prefix == 'f' || prefix == 'F';
      if (end - start != (single ? 10u : 18u))
        throw PtxError(line, "malformed number '" + std::string(token.text) + "'");
      token.kind = single ? Token::Float32 : Token::Float64;
      token.bits = digits(start + 2, end, 16);
      return token;
    }
    if (isFloat) {
      token.kind = Token::Float64;
      double value = std::strtod(std::string(token.text).c_str(), nullptr);
      std::memcpy(&token.bits, &value, sizeof value);
      return token;
    }
    if (source[end - 1] == 'U')
      --end;
    if (prefix == 'x' || prefix == 'X')
      token.bits = digits(start + 2, end, 16);
    else if (prefix == 'b' || prefix == 'B')
      token.bits = digits(start + 2, end, 2);
    else
      token.bits = digits(start, end, prefix && end - start > 1 ? 8 : 10);
    return token;
  }

  std::string_view source;
  size_t position = 0;
  unsigned line = 1;
};

} // namespace

std::vector<Token> tokenize(std::string_view source) { return Lexer(source).run(); }

} // namespace softgpu
