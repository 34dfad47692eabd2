//===- Stdout.h - what was printed reached its reader -----------*- C++ -*-===//

#ifndef NNC_TOOLS_COMMON_STDOUT_H
#define NNC_TOOLS_COMMON_STDOUT_H

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace nnc {

/// The exit code of `tool`, which would end with `exitCode`: 3, with a message, if stdout could not take all that was
/// printed, as on a full disk.
inline int finishStdout(const char *tool, int exitCode) {
  errno = 0;
  bool flushed = std::fflush(stdout) == 0;
  if (flushed && !std::ferror(stdout))
    return exitCode;
  std::fprintf(stderr, "%s: error: cannot write to stdout%s%s\n", tool, errno ? ": " : "",
               errno ? std::strerror(errno) : "");
  return 3;
}

} // namespace nnc

#endif // NNC_TOOLS_COMMON_STDOUT_H
