//===- File.h - files, whole and piece by piece -----------------*- C++ -*-===//

#ifndef NNC_RUNTIME_FILE_H
#define NNC_RUNTIME_FILE_H

#include "nnc/Status.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace nnc {

/// An open file of the operating system, closed at the end. Move-only.
class FileDescriptor {
public:
  explicit FileDescriptor(int value) : value(value) {}
  FileDescriptor(FileDescriptor &&other) noexcept : value(std::exchange(other.value, -1)) {}
  FileDescriptor &operator=(FileDescriptor &&other) noexcept {
    std::swap(value, other.value);
    return *this;
  }
  ~FileDescriptor();

  int get() const { return value; }

private:
  int value; ///< negative for none
};

/// A file, or a pipe, that is read from its beginning to its end. Errors are System, with the system's reason.
class InputFile {
public:
  static Result<InputFile> open(const std::string &path);

  /// Bytes of a regular file when it was opened; nothing for a pipe.
  std::optional<uint64_t> size() const { return fileSize; }
  /// Reads `size` bytes and returns their number: fewer only where the file ends.
  Result<size_t> read(void *data, size_t size);
  /// The next `size` bytes, fewer only where the file ends. Memory is taken for what there is, not for `size`.
  Result<std::string> readString(size_t size);

private:
  InputFile(std::string path, FileDescriptor file, std::optional<uint64_t> size)
      : path(std::move(path)), file(std::move(file)), fileSize(size) {}

  std::string path;
  FileDescriptor file;
  std::optional<uint64_t> fileSize;
};

/// A file that is written from its beginning to its end. A regular file is replaced by finish() in one step, and is as
/// it was if that is never called, also if the process is killed; what a symbolic link leads to, a pipe and a device
/// are written in place. Errors are System, with the system's reason.
class OutputFile {
public:
  static Result<OutputFile> open(const std::string &path);
  OutputFile(OutputFile &&) noexcept = default;
  ~OutputFile();

  [[nodiscard]] std::optional<Error> write(std::string_view bytes);
  [[nodiscard]] std::optional<Error> finish();

private:
  OutputFile(std::string path, std::string temporary, bool nameless, FileDescriptor file)
      : path(std::move(path)), temporary(std::move(temporary)), nameless(nameless), file(std::move(file)) {}
  /// Gives a nameless file the name that rename replaces `path` with; false if the system refuses.
  bool giveName();

  std::string path;
  std::string temporary; ///< the file that becomes `path`; empty if it is nameless or `path` itself, and after finish()
  bool nameless;         ///< it becomes `path`, and is gone with the process until it has a name
  FileDescriptor file;
};

/// All bytes of the file `path`.
Result<std::string> readFile(const std::string &path);

/// Writes `parts` one after the other to `path`, as OutputFile does.
[[nodiscard]] std::optional<Error> writeFile(const std::string &path, std::initializer_list<std::string_view> parts);

} // namespace nnc

#endif // NNC_RUNTIME_FILE_H
