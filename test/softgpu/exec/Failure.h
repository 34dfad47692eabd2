//===- Failure.h - why a launch failed --------------------------*- C++ -*-===//

#ifndef SOFTGPU_EXEC_FAILURE_H
#define SOFTGPU_EXEC_FAILURE_H

#include <stdexcept>
#include <string>

namespace softgpu {

/// A driver result and a sentence for whoever debugs the kernel. Thrown by instructions, caught by the launch.
class LaunchFailure : public std::runtime_error {
public:
  LaunchFailure(int result, const std::string &message) : std::runtime_error(message), result(result) {}
  int result;
};

enum : int {
  illegalAddress = 700,
  launchTimeout = 702,
  misalignedAddress = 716,
  launchFailed = 719,
  illegalInstruction = 715
};

} // namespace softgpu

#endif
