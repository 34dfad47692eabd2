//===- Driver.cpp - the state of the driver -------------------------------===//

#include "Driver.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace softgpu {

Driver &Driver::instance() {
  static Driver *driver = [] {
    auto *fresh = new Driver; // never destroyed: programs may call during exit
    fresh->settings.readEnvironment();
    return fresh;
  }();
  return *driver;
}

std::vector<Context *> &contextStack() {
  static thread_local std::vector<Context *> stack;
  return stack;
}

void Settings::readEnvironment() {
  values = {{"SOFTGPU_DEVICES", 1},        {"SOFTGPU_CAPABILITY", 80}, {"SOFTGPU_DRIVER", 13000},
            {"SOFTGPU_MEMORY", 4ll << 30}, {"SOFTGPU_STUB", 0},        {"SOFTGPU_INSTRUCTIONS", 400'000'000}};
  for (auto &[name, value] : values)
    if (const char *text = std::getenv(name.c_str()))
      value = std::strtoll(text, nullptr, 10);
}

Context *Driver::current() { return contextStack().empty() ? nullptr : contextStack().back(); }

/// The results after which, by NVIDIA's documentation of CUresult, all further work gives the same.
static bool losesContext(CUresult result) { return result == 700 || result == 702 || (result >= 714 && result <= 719); }

CUresult Driver::enter(const char *name, bool needsContext) {
  uint64_t number = ++calls[name];
  auto failing = failures.find(name);
  if (failing != failures.end() && failing->second.count(number)) {
    CUresult result = failing->second[number];
    if (needsContext && current() && losesContext(result))
      current()->lost = result;
    return result;
  }
  if (initialized && process != getpid())
    return CUDA_ERROR_NOT_INITIALIZED;
  if (settings["SOFTGPU_STUB"])
    return CUDA_ERROR_STUB_LIBRARY;
  if (!needsContext)
    return CUDA_SUCCESS;
  if (!initialized)
    return CUDA_ERROR_NOT_INITIALIZED;
  Context *context = current();
  if (!context || context->references == 0)
    return CUDA_ERROR_INVALID_CONTEXT;
  return context->lost;
}

CUresult Driver::fail(CUresult result, const std::string &message) {
  lastError = message;
  std::fprintf(stderr, "softgpu: %s\n", message.c_str());
  return result;
}

// Streams.

Stream *Driver::streamOf(void *handle) {
  if (reinterpret_cast<uintptr_t>(handle) <= 2) {
    Stream &stream = defaultStreams[current()->device];
    stream.isDefault = true;
    stream.context = current();
    return &stream;
  }
  auto *stream = static_cast<Stream *>(handle);
  return streams.has(stream) ? stream : nullptr;
}

CUresult Driver::enqueue(Stream &stream, std::function<CUresult()> run) {
  if (stream.capture)
    return addToCapture(stream, std::move(run));
  if (stream.isDefault)
    if (CUresult result = refuseImplicit(stream))
      return result;
  stream.pending.push_back({++lastWork, std::move(run)});
  return CUDA_SUCCESS;
}

CUresult Driver::runUntil(Stream &stream, uint64_t number) {
  while (!stream.pending.empty() && stream.pending.front().number <= number) {
    Stream::Work work = std::move(stream.pending.front());
    stream.pending.pop_front();
    // The default stream and the blocking ones wait for each other.
    if (stream.isDefault) {
      for (auto &[handle, other] : streams)
        if (!other->nonBlocking && other->context == stream.context)
          if (CUresult result = runUntil(*other, work.number))
            return result;
    } else if (!stream.nonBlocking) {
      if (CUresult result = runUntil(defaultStreams[stream.context->device], work.number))
        return result;
    }
    CUresult result = stream.context->lost ? stream.context->lost : work.run();
    if (result) {
      stream.context->lost = result;
      return result;
    }
  }
  return stream.context ? stream.context->lost : CUDA_SUCCESS;
}

CUresult Driver::runAll(const Context *context) {
  CUresult first = CUDA_SUCCESS;
  for (auto &[device, stream] : defaultStreams)
    if (stream.context == context && !first)
      first = runUntil(stream, lastWork);
  for (auto &[handle, stream] : streams)
    if (stream->context == context && !first)
      first = runUntil(*stream, lastWork);
  return first;
}

CUresult Driver::launch(const LoadedFunction &function, const LaunchConfig &config,
                        const std::vector<uint8_t> &parameters) {
  machine.warpInstructionBudget = settings["SOFTGPU_INSTRUCTIONS"];
  try {
    Grid(machine, function.owner->context, *function.program, config, parameters).run();
    return CUDA_SUCCESS;
  } catch (const LaunchFailure &failure) {
    return fail(failure.result, failure.what());
  }
}

void Driver::reset() {
  modules = {};
  streams = {};
  events = {};
  graphs = {};
  graphExecs = {};
  defaultStreams.clear();
  contexts.clear();
  contextStack().clear();
  machine = Machine();
  initialized = false;
  calls.clear();
  failures.clear();
  lastError.clear();
  settings.readEnvironment();
}

} // namespace softgpu
