//===- LibraryNote.h - is this a whole model.so? ----------------*- C++ -*-===//

#ifndef NNC_RUNTIME_LIBRARYNOTE_H
#define NNC_RUNTIME_LIBRARYNOTE_H

#include "nnc/Status.h"

#include <string>
#include <string_view>

namespace nnc {

/// Checks that `bytes` are an ELF library for this machine, made by nnc and undamaged, and returns the name of its
/// query function. Trusts nothing it reads. `what` is what errors call the file.
Result<std::string> checkLibrary(std::string_view bytes, const std::string &what);

} // namespace nnc

#endif // NNC_RUNTIME_LIBRARYNOTE_H
