//===- Status.h - how a call ends -------------------------------*- C++ -*-===//
//
// Three forms of one thing. Loading returns a Result, or throws its Error; running returns a Status, which neither
// allocates nor throws. With -fno-exceptions the throwing forms are not there, and the rest is unchanged.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_STATUS_H
#define NNC_STATUS_H

#include <exception>
#include <string>
#include <utility>
#include <variant>

#if defined(__cpp_exceptions)
#define NNC_HAS_EXCEPTIONS 1
#else
#define NNC_HAS_EXCEPTIONS 0
#endif

namespace nnc {

/// Whose fault it is. The values are nnc.h's nnc_status and the tools' exit codes.
enum class StatusCode {
  Ok = 0,
  Invalid = 1,     ///< what was given is wrong: a model, weights, data, an argument
  System = 3,      ///< the surroundings failed: a file, memory, a feature this CPU lacks
  Unsupported = 4, ///< right, but not supported (yet)
};

/// How a run ended. `message` is empty for Ok; else it belongs to the Runner and stays until its next run.
struct [[nodiscard]] Status {
  StatusCode code = StatusCode::Ok;
  const char *message = "";

  bool ok() const { return code == StatusCode::Ok; }
};

/// What went wrong and whose fault it is.
class Error : public std::exception {
public:
  Error(StatusCode code, std::string message) : statusCode(code), text(std::move(message)) {}

  StatusCode code() const { return statusCode; }
  const std::string &message() const { return text; }
  const char *what() const noexcept override { return text.c_str(); }

private:
  StatusCode statusCode;
  std::string text;
};

/// A `T`, or why there is none.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : state(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// Only if ok().
  T &value() { return *std::get_if<0>(&state); }
  const T &value() const { return *std::get_if<0>(&state); }
  T &operator*() { return value(); }
  T *operator->() { return &value(); }

  /// Only if not ok().
  const Error &error() const { return *std::get_if<1>(&state); }

#if NNC_HAS_EXCEPTIONS
  /// The value, or throws the error.
  T orThrow() && {
    if (!ok())
      throw error();
    return std::move(value());
  }
#endif

private:
  std::variant<T, Error> state;
};

} // namespace nnc

#endif // NNC_STATUS_H
