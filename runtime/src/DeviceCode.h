//===- DeviceCode.h - a model on a device -----------------------*- C++ -*-===//
//
// What Model and Runner need of a device. Each kind of device implements these three, from what is shared most to what
// belongs to one thread: the code, the code with weights, and a workspace for one call at a time.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_RUNTIME_DEVICECODE_H
#define NNC_RUNTIME_DEVICECODE_H

#include "nnc/Model.h"

#include <memory>

namespace nnc {

struct Table;

/// One call at a time. Number, batch and pointers of a call have been checked as far as the table tells.
class Executor {
public:
  virtual ~Executor() = default;
  /// Runs `batch` samples, as Runner::run. The message of a failure stays until the next call.
  virtual Status run(const void *const *inputs, void *const *outputs, int64_t batch) = 0;
  /// Runner::times()
  virtual CallTimes times() const { return {}; }
};

/// Code with packed weights. Outlives its executors.
class PackedModel {
public:
  virtual ~PackedModel() = default;
  virtual Result<std::unique_ptr<Executor>> makeExecutor(const RunnerOptions &options) const = 0;
};

/// A model's code on one device, shared by models with other weights.
class DeviceCode {
public:
  virtual ~DeviceCode() = default;
  virtual Device device() const = 0;
  /// Model::level()
  virtual std::string_view level() const = 0;
  /// `parameters`: one pointer to host memory for each of the model's. The result does not outlive this.
  virtual Result<std::unique_ptr<const PackedModel>> pack(const std::vector<const void *> &parameters) const = 0;
};

/// The code of `table` on this CPU. Errors: System if the CPU lacks features. The table outlives the result.
Result<std::unique_ptr<const DeviceCode>> makeCpuCode(const Table &table);
/// The code of `table` on NVIDIA GPU `index`. Errors: Invalid if the model has none for GPUs; System if there is no
/// driver or GPU, or none that runs it. The table outlives the result.
Result<std::unique_ptr<const DeviceCode>> makeCudaCode(const Table &table, int index);

/// The code of a model on the device of its choice.
struct ChosenCode {
  std::unique_ptr<const DeviceCode> code;
  std::string note; ///< Model::deviceNote()
};

/// The code of `table` on `device`: "cpu", "cuda:1", or "auto" for a GPU if one works, else the CPU.
Result<ChosenCode> chooseCode(const Table &table, const std::string &device);

} // namespace nnc

#endif // NNC_RUNTIME_DEVICECODE_H
