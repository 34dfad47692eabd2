//===- Library.cpp - a loaded model.so ------------------------------------===//

#include "Library.h"

#include "LibraryNote.h"

#include <cerrno>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace nnc;

/// A sealed memory file with `bytes`, or -1.
static int makeSealedFile(std::string_view bytes) {
  int file = memfd_create("nnc-model", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0)
    return -1;
  while (!bytes.empty()) {
    ssize_t count = write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0) {
      close(file);
      return -1;
    }
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  if (fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
    close(file);
    return -1;
  }
  return file;
}

Result<std::shared_ptr<const Library>> Library::load(std::string_view bytes, const std::string &what) {
  Result<std::string> symbol = checkLibrary(bytes, what);
  if (!symbol)
    return symbol.error();
  int file = makeSealedFile(bytes);
  if (file < 0)
    return Error(StatusCode::System, "cannot make a file in memory for '" + what + "': " + std::strerror(errno));
  std::string path = "/proc/self/fd/" + std::to_string(file);
  void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    Error error(StatusCode::System, "cannot load '" + what + "': " + dlerror());
    close(file);
    return error;
  }
  auto query = reinterpret_cast<nnc_model_query_fn>(dlsym(handle, symbol->c_str()));
  const nnc_model *model = query ? query(NNC_ABI_VERSION) : nullptr;
  std::shared_ptr<const Library> library(new Library(file, handle, model));
  if (!query)
    return Error(StatusCode::Invalid, "'" + what + "' does not export '" + *symbol + "', which its note names");
  if (!model)
    return Error(StatusCode::Unsupported,
                 "'" + what + "' does not speak version " + std::to_string(NNC_ABI_VERSION) + " of nnc/abi.h");
  return library;
}

Library::~Library() {
  dlclose(handle);
  close(file);
}
