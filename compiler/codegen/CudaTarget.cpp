//===- CudaTarget.cpp - the GPUs machine code can be made for -------------===//

#include "compiler/codegen/CudaTarget.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

using namespace llvm;
using namespace nnc::codegen;

/// A100, A10 and its like, Orin, L4 and its like, H100, B200, B300, RTX 50.
static constexpr unsigned knownArchs[] = {80, 86, 87, 89, 90, 100, 103, 120};

Expected<std::vector<unsigned>> nnc::codegen::parseCudaArchs(StringRef text) {
  std::vector<unsigned> archs;
  SmallVector<StringRef> names;
  text.split(names, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef name : names) {
    const unsigned *arch = find_if(knownArchs, [&](unsigned arch) { return name == "sm_" + std::to_string(arch); });
    if (arch == std::end(knownArchs)) {
      auto known = map_range(knownArchs, [](unsigned arch) { return "sm_" + std::to_string(arch); });
      return createStringError(std::errc::not_supported, "unknown GPU architecture '%s'; known are %s",
                               name.str().c_str(), join(known, ", ").c_str());
    }
    archs.push_back(*arch);
  }
  sort(archs, std::greater<>());
  archs.erase(llvm::unique(archs), archs.end());
  return archs;
}

namespace {

/// A file for a program to read or write, removed with this.
class TemporaryFile {
public:
  explicit TemporaryFile(StringRef suffix) { error = sys::fs::createTemporaryFile("nnc", suffix, path); }
  ~TemporaryFile() { sys::fs::remove(path); }

  std::error_code write(StringRef bytes) {
    raw_fd_ostream os(path, error);
    if (!error) {
      os << bytes;
      os.flush();
      error = os.error();
      os.clear_error();
    }
    return error;
  }

  Expected<std::string> read() const {
    auto buffer = MemoryBuffer::getFile(path);
    if (!buffer)
      return createStringError(buffer.getError(), "cannot read '" + path + "'");
    return (*buffer)->getBuffer().str();
  }

  SmallString<128> path;
  std::error_code error;
};

} // namespace

Expected<std::string> nnc::codegen::assembleCubin(StringRef ptxas, StringRef ptx, unsigned arch) {
  TemporaryFile input("ptx"), output("cubin"), messages("txt");
  for (TemporaryFile *file : {&input, &output, &messages})
    if (file->error)
      return createStringError(file->error, "cannot make a temporary file: " + file->error.message());
  if (std::error_code error = input.write(ptx))
    return createStringError(error, "cannot write '" + input.path + "': " + error.message());

  std::string archFlag = "-arch=sm_" + std::to_string(arch);
  std::string failure;
  int exitCode = sys::ExecuteAndWait(ptxas, {ptxas, "-O3", archFlag, input.path, "-o", output.path},
                                     /*Env=*/std::nullopt, {StringRef(), messages.path, messages.path},
                                     /*SecondsToWait=*/0, /*MemoryLimit=*/0, &failure);
  if (exitCode == 0)
    return output.read();
  Expected<std::string> said = messages.read();
  if (!said)
    return said.takeError();
  return createStringError(std::make_error_code(std::errc::io_error),
                           "'" + ptxas + " " + archFlag +
                               "' failed: " + (failure.empty() ? StringRef(*said).trim() : StringRef(failure)));
}
