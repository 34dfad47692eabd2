//===- CheckPtx.cpp - refuse machine-dependent PTX ------------------------===//

#include "compiler/codegen/nvptx/Ptx.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace nnc::codegen;

/// Why the instruction `opcode` with `modifiers` has no defined result, or nothing.
static StringRef problemOf(StringRef opcode, ArrayRef<StringRef> modifiers) {
  static constexpr StringLiteral rounding[] = {"add", "sub", "mul", "fma", "mad", "div", "rcp", "sqrt"};
  if (opcode == "call" || opcode == ".extern")
    return "calls what the module does not define";
  if (is_contained(modifiers, "ftz"))
    return "flushes subnormals";
  if (is_contained(modifiers, "approx") || is_contained(modifiers, "full"))
    return "approximates";
  bool isFloat = any_of(modifiers, [](StringRef modifier) {
    return modifier == "f32" || modifier == "f64" || modifier == "f16" || modifier == "f32x2";
  });
  if (isFloat && is_contained(rounding, opcode) && !is_contained(modifiers, "rn"))
    return "is not said to round to nearest, so ptxas may fuse it";
  return {};
}

Error nnc::codegen::checkPtx(StringRef ptx) {
  for (StringRef line : split(ptx, '\n')) {
    line = line.split("//").first.trim();
    // A predicate in front: "@%p1 bra ...", "@!%p1 ...".
    if (line.starts_with("@"))
      line = line.split(' ').second.ltrim();
    StringRef instruction = line.take_until([](char c) { return isSpace(c) || c == ';'; });
    SmallVector<StringRef> parts;
    if (instruction.starts_with("."))
      parts.push_back(instruction);
    else
      instruction.split(parts, '.');
    StringRef problem = problemOf(parts.front(), ArrayRef(parts).drop_front());
    if (!problem.empty())
      return createStringError("PTX '" + line + "' " + problem);
  }
  return Error::success();
}
