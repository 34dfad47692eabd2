//===- File.cpp - files, whole and piece by piece -------------------------===//

#include "File.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace nnc;

static Error systemError(const char *what, const std::string &path) {
  return Error(StatusCode::System, std::string(what) + " '" + path + "': " + std::strerror(errno));
}

FileDescriptor::~FileDescriptor() {
  if (value >= 0)
    close(value);
}

Result<InputFile> InputFile::open(const std::string &path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status;
  if (file.get() < 0 || fstat(file.get(), &status) != 0)
    return systemError("cannot read", path);
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return systemError("cannot read", path);
  }
  std::optional<uint64_t> size;
  if (S_ISREG(status.st_mode))
    size = static_cast<uint64_t>(status.st_size);
  return InputFile(path, std::move(file), size);
}

Result<size_t> InputFile::read(void *data, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t count = ::read(file.get(), static_cast<char *>(data) + done, size - done);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemError("cannot read", path);
    if (count == 0)
      break;
    done += static_cast<size_t>(count);
  }
  return done;
}

Result<std::string> InputFile::readString(size_t size) {
  // A size that was read somewhere may be a lie, and a file may change its own: memory is taken as bytes come.
  constexpr size_t piece = size_t(1) << 20;
  std::string bytes;
  if (fileSize)
    bytes.reserve(std::min<uint64_t>(size, *fileSize + piece));
  for (size_t done = 0; done < size; done = bytes.size()) {
    size_t wanted = std::min(size - done, piece);
    bytes.resize(done + wanted);
    Result<size_t> count = read(&bytes[done], wanted);
    if (!count)
      return count.error();
    bytes.resize(done + *count);
    if (*count < wanted)
      break;
  }
  return bytes;
}

Result<std::string> nnc::readFile(const std::string &path) {
  Result<InputFile> file = InputFile::open(path);
  if (!file)
    return file.error();
  return file->readString(SIZE_MAX);
}

/// Where the system shows an open file.
static std::string pathOf(const FileDescriptor &file) { return "/proc/self/fd/" + std::to_string(file.get()); }

Result<OutputFile> OutputFile::open(const std::string &path) {
  struct stat status;
  bool replace = lstat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
  if (replace) {
    std::string folder = path.substr(0, path.rfind('/') + 1) + ".";
    FileDescriptor file(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
    // Not every file system has such files, and one without a view on it could not be named.
    if (file.get() >= 0 && access(pathOf(file).c_str(), F_OK) == 0)
      return OutputFile(path, "", /*nameless=*/true, std::move(file));
  }
  std::string temporary = replace ? path + ".tmpXXXXXX" : "";
  FileDescriptor file(replace ? mkostemp(temporary.data(), O_CLOEXEC)
                              : ::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (file.get() < 0)
    return systemError("cannot write", path);
  return OutputFile(path, temporary, /*nameless=*/false, std::move(file));
}

OutputFile::~OutputFile() {
  if (!temporary.empty())
    unlink(temporary.c_str());
}

std::optional<Error> OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemError("cannot write", path);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return std::nullopt;
}

bool OutputFile::giveName() {
  for (int attempt = 0;; ++attempt) {
    std::string name = path + ".tmp" + std::to_string(getpid()) + "-" + std::to_string(attempt);
    if (linkat(AT_FDCWD, pathOf(file).c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      temporary = name;
      nameless = false;
      return true;
    }
    if (errno != EEXIST)
      return false;
  }
}

/// Gives the file the mode of a new one: mkostemp's is for its owner alone.
static bool setUsualMode(const FileDescriptor &file) {
  mode_t mask = umask(0);
  umask(mask);
  return fchmod(file.get(), 0666 & ~mask) == 0;
}

std::optional<Error> OutputFile::finish() {
  if (temporary.empty() && !nameless)
    return std::nullopt;
  bool ready = nameless ? giveName() : setUsualMode(file);
  if (!ready || rename(temporary.c_str(), path.c_str()) != 0)
    return systemError("cannot write", path);
  temporary.clear();
  return std::nullopt;
}

std::optional<Error> nnc::writeFile(const std::string &path, std::initializer_list<std::string_view> parts) {
  Result<OutputFile> file = OutputFile::open(path);
  if (!file)
    return file.error();
  for (std::string_view part : parts)
    if (std::optional<Error> error = file->write(part))
      return error;
  return file->finish();
}
