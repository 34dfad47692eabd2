//===- OutputFile.cpp - whole or not at all -------------------------------===//

#include "tools/nnc/OutputFile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

static Error failure(StringRef path, std::error_code error) {
  return createStringError(error, "cannot write '" + path + "': " + error.message());
}

/// Writes all of `bytes` and clears the stream's error, which would otherwise end the process.
static std::error_code writeAll(raw_fd_ostream &os, StringRef bytes) {
  os << bytes;
  os.flush();
  std::error_code error = os.error();
  os.clear_error();
  return error;
}

Error nnc::writeOutput(StringRef path, StringRef bytes, bool executable) {
  if (path == "-") {
    if (std::error_code error = writeAll(outs(), bytes))
      return failure("stdout", error);
    return Error::success();
  }
  if (sys::fs::exists(path) && !sys::fs::is_regular_file(path)) {
    // A device or a pipe cannot be replaced.
    std::error_code error;
    raw_fd_ostream os(path, error, sys::fs::CD_OpenExisting);
    if (error || (error = writeAll(os, bytes)))
      return failure(path, error);
    return Error::success();
  }
  unsigned mode =
      executable ? sys::fs::all_read | sys::fs::all_write | sys::fs::all_exe : sys::fs::all_read | sys::fs::all_write;
  auto file = sys::fs::TempFile::create(path + ".tmp%%%%%%", mode);
  if (!file)
    return failure(path, errorToErrorCode(file.takeError()));
  raw_fd_ostream os(file->FD, /*shouldClose=*/false);
  if (std::error_code error = writeAll(os, bytes)) {
    consumeError(file->discard());
    return failure(path, error);
  }
  if (Error error = file->keep(path))
    return failure(path, errorToErrorCode(std::move(error)));
  return Error::success();
}
