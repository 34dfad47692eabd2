//===- File.h - whole files -------------------------------------*- C++ -*-===//

#ifndef NNC_RUNTIME_FILE_H
#define NNC_RUNTIME_FILE_H

#include "nnc/Status.h"

#include <optional>
#include <string>
#include <string_view>

namespace nnc {

/// All bytes of the regular file `path`. Errors: System, with the system's reason.
Result<std::string> readFile(const std::string &path);

/// Writes `parts` one after the other to `path`. A regular file is replaced in one step at the end.
[[nodiscard]] std::optional<Error> writeFile(const std::string &path, std::initializer_list<std::string_view> parts);

} // namespace nnc

#endif // NNC_RUNTIME_FILE_H
