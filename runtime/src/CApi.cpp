//===- CApi.cpp - a compiled model from C ---------------------------------===//

#include "nnc/nnc.h"

#include "nnc/Model.h"

#include <new>

using namespace nnc;

struct nnc_handle {
  explicit nnc_handle(Model model) : model(std::move(model)), device(this->model.device().str()) {}

  Model model;
  std::string device;
};

struct nnc_runner {
  Runner runner;
};

namespace {

/// The last error of a thread. Fixed memory: nnc_run must not allocate, when it fails neither.
struct LastError {
  nnc_status status = NNC_OK;
  char message[4096] = "";

  void set(StatusCode code, const char *text) {
    status = static_cast<nnc_status>(code);
    size_t length = 0;
    for (; text[length] && length + 1 < sizeof message; ++length)
      message[length] = text[length];
    message[length] = '\0';
  }
};

thread_local LastError lastError;

nnc_handle *handleOf(Result<Model> result) {
  if (!result) {
    lastError.set(result.error().code(), result.error().message().c_str());
    return nullptr;
  }
  if (auto *handle = new (std::nothrow) nnc_handle(std::move(*result)))
    return handle;
  lastError.set(StatusCode::System, "out of memory");
  return nullptr;
}

/// `body()`, with memory that ran out as the last error and null as its result.
template <typename Body> auto guarded(Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    lastError.set(StatusCode::System, "out of memory");
    return nullptr;
  }
}

const char *orDefault(const char *text, const char *fallback) { return text ? text : fallback; }

} // namespace

nnc_handle *nnc_open(const char *path, const char *weights, const char *device) {
  return guarded([&]() -> nnc_handle * {
    if (!path) {
      lastError.set(StatusCode::Invalid, "path is null");
      return nullptr;
    }
    return handleOf(Model::tryLoad(path, orDefault(weights, ""), orDefault(device, "auto")));
  });
}

nnc_handle *nnc_open_memory(const void *library, size_t size, const char *weights, const char *device) {
  return guarded([&]() -> nnc_handle * {
    if (!library) {
      lastError.set(StatusCode::Invalid, "library is null");
      return nullptr;
    }
    return handleOf(Model::tryLoadMemory({static_cast<const char *>(library), size}, orDefault(weights, ""),
                                         orDefault(device, "auto")));
  });
}

nnc_handle *nnc_open_table(const nnc_model *table, const char *weights, const char *device) {
  return guarded([&]() -> nnc_handle * {
    return handleOf(Model::tryFromTable(table, orDefault(weights, ""), orDefault(device, "auto")));
  });
}

void nnc_close(nnc_handle *model) { delete model; }

const char *nnc_device(const nnc_handle *model) { return model->device.c_str(); }
const char *nnc_device_note(const nnc_handle *model) { return model->model.deviceNote().c_str(); }

const nnc_model *nnc_table(const nnc_handle *model) { return model->model.table(); }

nnc_runner *nnc_runner_create(const nnc_handle *model, int64_t max_batch, int threads) {
  nnc_runner_options options = NNC_RUNNER_OPTIONS;
  options.max_batch = max_batch;
  options.threads = threads;
  return nnc_runner_create_with(model, &options);
}

nnc_runner *nnc_runner_create_with(const nnc_handle *model, const nnc_runner_options *given) {
  return guarded([&]() -> nnc_runner * {
    if (!model || !given) {
      lastError.set(StatusCode::Invalid, !model ? "model is null" : "options is null");
      return nullptr;
    }
    if (given->size != sizeof *given) {
      lastError.set(StatusCode::Invalid, "nnc_runner_options of another size than this library's; begin with "
                                         "NNC_RUNNER_OPTIONS");
      return nullptr;
    }
    RunnerOptions options;
    options.maxBatch = given->max_batch;
    options.threads = given->threads;
    options.cudaStream = given->cuda_stream;
    Result<Runner> runner = model->model.tryRunner(options);
    if (!runner) {
      lastError.set(runner.error().code(), runner.error().message().c_str());
      return nullptr;
    }
    return new nnc_runner{std::move(*runner)};
  });
}

void nnc_runner_destroy(nnc_runner *runner) { delete runner; }

nnc_status nnc_run(nnc_runner *runner, const void *const *inputs, size_t input_count, void *const *outputs,
                   size_t output_count, int64_t batch) {
  if (!runner || (!inputs && input_count) || (!outputs && output_count)) {
    lastError.set(StatusCode::Invalid, !runner ? "runner is null" : !inputs ? "inputs is null" : "outputs is null");
    return NNC_INVALID;
  }
  Status status = runner->runner.run(inputs, input_count, outputs, output_count, batch);
  if (!status.ok())
    lastError.set(status.code, status.message);
  return static_cast<nnc_status>(status.code);
}

const char *nnc_last_error(void) { return lastError.message; }
nnc_status nnc_last_status(void) { return lastError.status; }
