//===- Driver.h - what every area of the interface shares -------*- C++ -*-===//

#ifndef SOFTGPU_DRIVER_DRIVER_H
#define SOFTGPU_DRIVER_DRIVER_H

#include "../exec/Grid.h"
#include "Cuda.h"

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace softgpu {

struct Context {
  int device = 0;
  int references = 0;           // of the primary context; alive while above 0
  CUresult lost = CUDA_SUCCESS; // what every call returns since a launch failed
};

struct LoadedModule;

struct LoadedFunction {
  LoadedModule *owner = nullptr;
  std::unique_ptr<Program> program;
  int dynamicSharedLimit = 48 * 1024;
};

struct LoadedModule {
  Context *context = nullptr;
  std::unique_ptr<Module> ptx;
  std::map<std::string, LoadedFunction> functions;
};

/// A stream that captures: what it is asked to do goes into a graph.
struct Capture {
  struct Graph *graph = nullptr;
  int mode = CU_STREAM_CAPTURE_MODE_GLOBAL;
  std::thread::id thread; // that began it
  bool isBroken = false;  // by a call that is not allowed
};

/// Streams are lazy: work is done only when somebody waits for it, so that a missing wait shows.
struct Stream {
  struct Work {
    uint64_t number; // in the order of all calls
    std::function<CUresult()> run;
  };
  Context *context = nullptr;
  bool isDefault = false, nonBlocking = false;
  std::deque<Work> pending;
  std::unique_ptr<Capture> capture;
};

struct Event {
  Context *context = nullptr;
  Stream *stream = nullptr; // where it was recorded last
  uint64_t number = 0;      // the work that completes it; 0: never recorded
  bool isCaptured = false;  // recorded last by a stream that captures
  bool timed = true;
  uint64_t instructions = 0; // executed when it completed
};

struct Graph {
  struct Node {
    std::function<CUresult()> run; // unless it is a kernel
    const LoadedFunction *function = nullptr;
    LaunchConfig config;
    std::vector<uint8_t> parameters;
    std::vector<size_t> after; // indices of nodes
  };
  std::vector<std::shared_ptr<Node>> nodes;
  Graph *origin = nullptr; // of an executable graph
};

/// Objects that the caller knows by handle; a handle is checked before it is used.
template <typename T> class Handles {
public:
  T *add(std::unique_ptr<T> object) {
    T *handle = object.get();
    objects[handle] = std::move(object);
    return handle;
  }
  bool has(T *handle) const { return objects.count(handle); }
  bool remove(T *handle) { return objects.erase(handle); }
  size_t size() const { return objects.size(); }
  auto begin() { return objects.begin(); }
  auto end() { return objects.end(); }

private:
  std::map<T *, std::unique_ptr<T>> objects;
};

struct Settings {
  std::map<std::string, int64_t> values;
  int64_t operator[](const std::string &name) const { return values.at(name); }
  void readEnvironment();
};

class Driver {
public:
  static Driver &instance();

  std::recursive_mutex mutex;
  Settings settings;
  bool initialized = false;
  int process = 0; // which called cuInit; a child of fork() has no driver
  Machine machine;
  std::map<int, Context> contexts; // primary, by device
  Handles<LoadedModule> modules;
  Handles<Stream> streams;
  Handles<Event> events;
  Handles<Graph> graphs, graphExecs;
  std::map<int, Stream> defaultStreams; // by device
  uint64_t lastWork = 0;
  std::map<std::string, uint64_t> calls;
  std::map<std::string, std::map<uint64_t, CUresult>> failures; // by name and number of the call
  std::string lastError;

  /// Counts the call; the result that it must return instead of working, if any. A failure that a test asked for loses
  /// the current context where the same failure of a kernel would.
  CUresult enter(const char *name, bool needsContext);
  Context *current();
  void reset();

  // Streams.
  /// The stream that a handle means (0, 1 and 2 are the default one); null if it is none.
  Stream *streamOf(void *handle);
  CUresult enqueue(Stream &stream, std::function<CUresult()> run);
  /// Runs what is pending up to work `number`, and what that must wait for.
  CUresult runUntil(Stream &stream, uint64_t number);
  /// Runs what is pending in all streams of the context.
  CUresult runAll(const Context *context);

  // Captures. What is not allowed during one breaks it, and no graph will come of it.
  CUresult addToCapture(Stream &stream, std::function<CUresult()> run);
  CUresult breakCapture(Stream &stream, CUresult result);
  /// 900 if the stream captures: nobody can wait for it, ask how far it is, or launch a graph into it.
  CUresult refuseCaptured(Stream &stream);
  /// 900 if a capture forbids this thread what it would not observe.
  CUresult refuseWhileCapturing();
  /// 906 if a stream captures that would have to wait for work in the default one.
  CUresult refuseImplicit(const Stream &defaultStream);

  CUresult launch(const LoadedFunction &function, const LaunchConfig &config, const std::vector<uint8_t> &parameters);
  CUresult fail(CUresult result, const std::string &message);
};

/// The contexts that the calling thread has made current, the last one in front.
std::vector<Context *> &contextStack();

} // namespace softgpu

/// Begins a driver function: counts it and answers at once where it must fail.
#define SOFTGPU_ENTER_WITH(name, needsContext)                                                                         \
  auto &driver = softgpu::Driver::instance();                                                                          \
  std::lock_guard<std::recursive_mutex> lock(driver.mutex);                                                            \
  if (CUresult result = driver.enter(#name, needsContext))                                                             \
  return result
#define SOFTGPU_ENTER(name) SOFTGPU_ENTER_WITH(name, true)
/// The same for what is unsafe while a stream captures: it allocates, frees or waits.
#define SOFTGPU_ENTER_UNSAFE(name)                                                                                     \
  SOFTGPU_ENTER(name);                                                                                                 \
  if (CUresult result = driver.refuseWhileCapturing())                                                                 \
  return result
/// A name without a suffix for a function whose first version took the same parameters.
#define SOFTGPU_ALIAS(name, target)                                                                                    \
  extern "C" __attribute__((visibility("default"), alias(#target))) decltype(target) name
#define SOFTGPU_API extern "C" __attribute__((visibility("default"))) CUresult

#endif
