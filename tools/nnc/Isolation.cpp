//===- Isolation.cpp - a crash of LLVM is an error, not a mystery ---------===//

#include "tools/nnc/Isolation.h"

#include "tools/nnc/ExitCode.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <cstring>
#include <new>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

/// Ends the child without asking for more memory.
[[noreturn]] static void exitOutOfMemory() {
  static constexpr char message[] = "nnc: error: out of memory\n";
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  _exit(nnc::ExitSystem);
}

static void saveReproducer(ArrayRef<const char *> commandLine, StringRef modelText) {
  SmallString<128> directory;
  if (std::error_code error = sys::fs::createUniqueDirectory("nnc-crash", directory)) {
    errs() << "nnc: cannot save a reproducer: " << error.message() << "\n";
    return;
  }
  auto save = [&](StringRef name, function_ref<void(raw_ostream &)> print) {
    std::error_code error;
    raw_fd_ostream os((directory + "/" + name).str(), error);
    if (!error)
      print(os);
  };
  save("model.mlir", [&](raw_ostream &os) { os << modelText; });
  save("command", [&](raw_ostream &os) {
    for (const char *argument : commandLine) {
      sys::printArg(os, argument, /*Quote=*/true);
      os << " ";
    }
    os << "\n";
  });
  errs() << "nnc: this is a defect of nnc; the model and the command are saved in " << directory << "\n";
}

int nnc::runIsolated(ArrayRef<const char *> commandLine, StringRef modelText, function_ref<int()> body) {
  outs().flush();
  pid_t child = fork();
  if (child < 0) {
    errs() << "nnc: error: cannot start a process: " << strerror(errno) << "\n";
    return ExitSystem;
  }
  if (child == 0) {
    std::set_new_handler(exitOutOfMemory);
    install_bad_alloc_error_handler([](void *, const char *, bool) { exitOutOfMemory(); });
    int code = body();
    outs().flush();
    if (outs().has_error()) {
      errs() << "nnc: error: cannot write to stdout: " << outs().error().message() << "\n";
      code = ExitSystem;
    }
    // Nothing is left to do that a destructor would have to; freeing a large IR takes its time.
    _exit(code);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  if (WIFEXITED(status) && WEXITSTATUS(status) != ExitDefect)
    return WEXITSTATUS(status);
  if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM))
    return 128 + WTERMSIG(status);
  if (WIFSIGNALED(status))
    errs() << "nnc: error: the compilation crashed (" << strsignal(WTERMSIG(status)) << ")\n";
  saveReproducer(commandLine, modelText);
  return ExitDefect;
}
