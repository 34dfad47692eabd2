//===- Message.h - the text of a Status -------------------------*- C++ -*-===//

#ifndef NNC_RUNTIME_MESSAGE_H
#define NNC_RUNTIME_MESSAGE_H

#include "nnc/Status.h"

#include <cstdarg>
#include <cstdio>

namespace nnc {

/// What went wrong, in memory of its own: a run that fails does not allocate either.
class Message {
public:
  /// A Status with the text, which stays until the next call.
  Status fail(StatusCode code, const char *format, ...) __attribute__((format(printf, 3, 4))) {
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return {code, text};
  }
  /// The same for a call that is wrong.
  Status refuse(const char *format, ...) __attribute__((format(printf, 2, 3))) {
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return {StatusCode::Invalid, text};
  }

private:
  char text[512] = "";
};

} // namespace nnc

#endif // NNC_RUNTIME_MESSAGE_H
