//===- OutputFile.h - whole or not at all -----------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNC_OUTPUTFILE_H
#define NNC_TOOLS_NNC_OUTPUTFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace nnc {

/// Writes `bytes` to the file `path`, or to stdout for "-". A regular file is replaced in one step when all is written,
/// so nobody sees a part of it and a failure leaves the old one.
llvm::Error writeOutput(llvm::StringRef path, llvm::StringRef bytes, bool executable);

} // namespace nnc

#endif // NNC_TOOLS_NNC_OUTPUTFILE_H
