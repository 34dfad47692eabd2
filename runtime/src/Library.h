//===- Library.h - a loaded model.so ----------------------------*- C++ -*-===//

#ifndef NNC_RUNTIME_LIBRARY_H
#define NNC_RUNTIME_LIBRARY_H

#include "nnc/Status.h"
#include "nnc/abi.h"

#include <memory>
#include <string>
#include <string_view>

namespace nnc {

/// The dynamic library behind a table, unloaded with the last model that uses it.
class Library {
public:
  /// Checks `bytes` and loads them from a sealed file in memory: what was checked is what runs, a damaged file never
  /// reaches the dynamic loader, and a file replaced on disk is another library.
  static Result<std::shared_ptr<const Library>> load(std::string_view bytes, const std::string &what);

  ~Library();
  Library(const Library &) = delete;
  Library &operator=(const Library &) = delete;

  const nnc_model *table() const { return model; }

private:
  Library(int file, void *handle, const nnc_model *model) : file(file), handle(handle), model(model) {}

  int file; ///< open as long as the library: its number is part of the path by which the loader knows it
  void *handle;
  const nnc_model *model;
};

} // namespace nnc

#endif // NNC_RUNTIME_LIBRARY_H
