//===- Linker.h - an object file to model.so --------------------*- C++ -*-===//

#ifndef NNC_COMPILER_LINKER_LINKER_H
#define NNC_COMPILER_LINKER_LINKER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace nnc::linker {

struct LinkOptions {
  std::string soname;         ///< the name that programs linked with the library record
  std::string exportedSymbol; ///< the one symbol that must be visible
  bool keepSymbols = false;   ///< keep the symbol table and debug information
};

/// Links one ELF object into a shared library, in process, and stamps its .note.nnc with
/// the file's length and digest. The same object and options give the same bytes. Safe to call from several threads:
/// one links at a time.
/// Errors: no temporary file can be written (with the system's error code); an undefined symbol or whatever else lld
/// reports; lld crashed before and cannot run again.
llvm::Expected<llvm::SmallVector<char, 0>> linkSharedLibrary(llvm::ArrayRef<char> object, const LinkOptions &options);

/// Writes length and digest into the .note.nnc of `library`, an ELF file of 64 bits. Errors: there is no such note.
llvm::Error stampNote(llvm::MutableArrayRef<char> library);

} // namespace nnc::linker

#endif // NNC_COMPILER_LINKER_LINKER_H
