//===- File.cpp - whole files ---------------------------------------------===//

#include "File.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace nnc;

namespace {

struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0)
      close(value);
  }
};

} // namespace

static Error systemError(const char *what, const std::string &path) {
  return Error(StatusCode::System, std::string(what) + " '" + path + "': " + std::strerror(errno));
}

Result<std::string> nnc::readFile(const std::string &path) {
  Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat status;
  if (file.value < 0 || fstat(file.value, &status) != 0)
    return systemError("cannot read", path);
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return systemError("cannot read", path);
  }
  // A pipe has no size; a file may change its own while it is read.
  std::string bytes;
  bytes.reserve(S_ISREG(status.st_mode) ? static_cast<size_t>(status.st_size) : 0);
  constexpr size_t chunk = size_t(1) << 20;
  for (;;) {
    size_t done = bytes.size();
    size_t room = bytes.capacity() > done ? bytes.capacity() - done : chunk;
    bytes.resize(done + room);
    ssize_t count = read(file.value, &bytes[done], room);
    bytes.resize(done + (count > 0 ? static_cast<size_t>(count) : 0));
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemError("cannot read", path);
    if (count == 0)
      return bytes;
  }
}

static bool writeAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

std::optional<Error> nnc::writeFile(const std::string &path, std::initializer_list<std::string_view> parts) {
  struct stat status;
  bool replace = stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
  std::string target = replace ? path + ".tmpXXXXXX" : path;
  Descriptor file{replace ? mkostemp(target.data(), O_CLOEXEC) : open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (file.value < 0)
    return systemError("cannot write", path);
  bool good = true;
  for (std::string_view part : parts)
    good = good && writeAll(file.value, part);
  if (good && replace) {
    mode_t mask = umask(0);
    umask(mask);
    good = fchmod(file.value, 0666 & ~mask) == 0 && rename(target.c_str(), path.c_str()) == 0;
  }
  if (good)
    return std::nullopt;
  Error error = systemError("cannot write", path);
  if (replace)
    unlink(target.c_str());
  return error;
}
