//===- Linker.cpp - an object file to model.so ----------------------------===//

#include "compiler/linker/Linker.h"

#include "lld/Common/Driver.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>

LLD_HAS_DRIVER(elf)

using namespace llvm;
using namespace nnc::linker;

namespace {

/// A directory for the files that lld reads and writes, gone with all of them at the end. (lld insists on a path beside
/// which it can make a file, so descriptors of memory files will not do for its output.)
class TemporaryDirectory {
public:
  TemporaryDirectory() : error(sys::fs::createUniqueDirectory("nnc-link", path)) {}
  ~TemporaryDirectory() {
    if (!error)
      sys::fs::remove_directories(path);
  }
  TemporaryDirectory(const TemporaryDirectory &) = delete;
  TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;

  Error getError() const {
    if (!error)
      return Error::success();
    return createStringError(error, "cannot make a temporary directory: " + error.message());
  }
  std::string file(StringRef name) const { return (path + "/" + name).str(); }

private:
  SmallString<128> path;
  std::error_code error;
};

} // namespace

static Error writeFile(StringRef path, StringRef bytes) {
  std::error_code error;
  raw_fd_ostream os(path, error);
  os << bytes;
  os.flush();
  if (!error)
    error = os.error();
  os.clear_error();
  if (!error)
    return Error::success();
  return createStringError(error, "cannot write '" + path + "': " + error.message());
}

/// Runs lld, one at a time: two threads inside it corrupt its memory. What it prints becomes the error.
static Error runLld(ArrayRef<const char *> arguments) {
  static std::mutex mutex;
  static bool usable = true;
  std::lock_guard<std::mutex> lock(mutex);
  if (!usable)
    return createStringError("the linker failed before in a way that it cannot run again from");
  std::string messages;
  raw_string_ostream os(messages);
  lld::Result result = lld::lldMain(arguments, os, os, {{lld::Gnu, &lld::elf::link}});
  usable = result.canRunAgain;
  if (result.retCode == 0)
    return Error::success();
  return createStringError("linking failed: " + StringRef(messages).trim());
}

Expected<SmallVector<char, 0>> nnc::linker::linkSharedLibrary(ArrayRef<char> object, const LinkOptions &options) {
  TemporaryDirectory directory;
  if (Error error = directory.getError())
    return error;
  std::string input = directory.file("model.o"), output = directory.file("model.so");
  std::string script = directory.file("exports"), scriptFlag = "--version-script=" + script;
  if (Error error = writeFile(input, StringRef(object.data(), object.size())))
    return error;
  if (Error error = writeFile(script, "{ global: " + options.exportedSymbol + "; local: *; };\n"))
    return error;

  SmallVector<const char *> arguments = {
      "ld.lld",
      "-shared",
      "-soname",
      options.soname.c_str(),
      "-o",
      output.c_str(),
      input.c_str(),
      scriptFlag.c_str(), // one symbol is visible
      "-z",
      "defs", // a call of anything outside is an error now, not at load
      "-z",
      "now",             // all pointers are read-only once loaded
      "--build-id=none", // the note has a digest of its own
      "--threads=1",     // the library may be used inside somebody's threads
  };
  if (!options.keepSymbols)
    arguments.push_back("--strip-all");
  if (Error error = runLld(arguments))
    return error;

  auto linked = MemoryBuffer::getFile(output, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!linked)
    return errorCodeToError(linked.getError());
  SmallVector<char, 0> library((*linked)->getBufferStart(), (*linked)->getBufferEnd());
  if (Error error = stampNote(library))
    return error;
  return library;
}
