//===- CheckText.cpp - what is refused before parsing ---------------------===//

#include "compiler/frontend/CheckText.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"

using namespace mlir;

/// Real models nest about 6 deep.
static constexpr unsigned maxNesting = 64;

LogicalResult nnc::frontend::checkText(const llvm::SourceMgr &sources, MLIRContext &context) {
  const llvm::MemoryBuffer *buffer = sources.getMemoryBuffer(sources.getMainFileID());
  StringRef text = buffer->getBuffer();
  auto locationOf = [&](size_t offset) -> Location {
    auto [line, column] = sources.getLineAndColumn(llvm::SMLoc::getFromPointer(text.data() + offset));
    return FileLineColLoc::get(&context, buffer->getBufferIdentifier(), line, column);
  };
  if (isBytecode(buffer->getMemBufferRef()))
    return emitError(FileLineColLoc::get(&context, buffer->getBufferIdentifier(), 1, 1),
                     "this is MLIR bytecode; nnc reads the text form");

  unsigned nesting = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    StringRef rest = text.substr(i);
    if (rest.starts_with("//")) {
      i = std::min(text.find('\n', i), text.size());
    } else if (rest.front() == '"') {
      // To the closing quote; an open string ends at the line, where the parser will say so.
      for (++i; i < text.size() && text[i] != '"' && text[i] != '\n'; ++i)
        i += text[i] == '\\';
    } else if (rest.starts_with("->")) {
      ++i;
    } else if (rest.starts_with("{-#")) {
      return emitError(locationOf(i), "resources ({-# ... #-}) are not part of a model; weights come from a "
                                      ".safetensors file");
    } else if (StringRef("([{<").contains(rest.front())) {
      if (++nesting > maxNesting)
        return emitError(locationOf(i), "brackets are nested more than ") << maxNesting << " deep";
    } else if (StringRef(")]}>").contains(rest.front()) && nesting > 0) {
      --nesting;
    }
  }
  return success();
}
