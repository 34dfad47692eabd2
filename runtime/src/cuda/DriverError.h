//===- DriverError.h - what the driver's results mean -----------*- C++ -*-===//

#ifndef NNC_RUNTIME_CUDA_DRIVERERROR_H
#define NNC_RUNTIME_CUDA_DRIVERERROR_H

#include "Message.h"
#include "cuda/Driver.h"

namespace nnc::cuda {

/// "WHAT: what happened; what to do (function: NAME_OF_THE_RESULT)", with StatusCode::System.
Error makeError(const Driver &driver, CallResult failed, const std::string &what);

/// The same in `message`; allocates nothing.
Status makeStatus(const Driver &driver, CallResult failed, const char *what, Message &message);

} // namespace nnc::cuda

#endif // NNC_RUNTIME_CUDA_DRIVERERROR_H
