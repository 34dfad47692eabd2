//===- Lexer.h - PTX text to tokens -----------------------------*- C++ -*-===//

#ifndef SOFTGPU_PTX_LEXER_H
#define SOFTGPU_PTX_LEXER_H

#include "Types.h"

#include <vector>

namespace softgpu {

struct Token {
  enum Kind : uint8_t {
    Identifier,  // add, %r1, $L_2
    Dotted,      // .f32, .shared::cta: `text` is without the dot
    Integer,     // `bits` holds the value
    Float32,     // 0f3F800000: `bits` holds the 32 bits
    Float64,     // 0d..., 1.5: `bits` holds the 64 bits
    String,      // `text` is what stands between the quotes
    Punctuation, // `text` is the sign: one character, or one of << >> == != <= >= && ||
    End
  };
  Kind kind = End;
  std::string_view text;
  uint64_t bits = 0;
  unsigned line = 0;

  bool is(std::string_view sign) const { return kind == Punctuation && text == sign; }
};

/// All tokens of `source`, the last being End. The tokens point into `source`. Throws PtxError.
std::vector<Token> tokenize(std::string_view source);

} // namespace softgpu

#endif
