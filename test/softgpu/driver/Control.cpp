//===- Control.cpp - the functions of softgpu.h ---------------------------===//

#include "../softgpu.h"

#include "Driver.h"

#include <string>

using namespace softgpu;

#define SOFTGPU_CONTROL extern "C" __attribute__((visibility("default")))

SOFTGPU_CONTROL void softgpu_reset(void) { Driver::instance().reset(); }

SOFTGPU_CONTROL void softgpu_fail_call(const char *name, uint32_t nth, int result) {
  Driver &driver = Driver::instance();
  driver.failures[name][driver.calls[name] + nth] = result;
}

SOFTGPU_CONTROL uint64_t softgpu_calls(const char *name) {
  Driver &driver = Driver::instance();
  if (name)
    return driver.calls[name];
  uint64_t sum = 0;
  for (auto &[known, count] : driver.calls)
    sum += count;
  return sum;
}

SOFTGPU_CONTROL int64_t softgpu_live(const char *kind) {
  Driver &driver = Driver::instance();
  int64_t contexts = 0;
  for (auto &[device, context] : driver.contexts)
    contexts += context.references > 0;
  const std::map<std::string, int64_t> counts = {
      {"allocation", driver.machine.memory.count(AllocationKind::Device)},
      {"host", driver.machine.memory.count(AllocationKind::PinnedHost) +
                   driver.machine.memory.count(AllocationKind::RegisteredHost)},
      {"context", contexts},
      {"module", driver.modules.size()},
      {"stream", driver.streams.size()},
      {"event", driver.events.size()},
      {"graph", driver.graphs.size()},
      {"graph_exec", driver.graphExecs.size()}};
  if (kind)
    return counts.count(kind) ? counts.at(kind) : -1;
  int64_t sum = 0;
  for (auto &[name, count] : counts)
    sum += count;
  return sum;
}

SOFTGPU_CONTROL const char *softgpu_last_error(void) { return Driver::instance().lastError.c_str(); }

SOFTGPU_CONTROL uint64_t softgpu_count(const char *what) {
  const Machine &machine = Driver::instance().machine;
  std::string name = what;
  return name == "instructions"  ? machine.counters.instructions
         : name == "approximate" ? machine.counters.approximate
         : name == "contracted"  ? machine.counters.contracted
         : name == "launches"    ? machine.launches
                                 : 0;
}

SOFTGPU_CONTROL void softgpu_set(const char *name, int64_t value) { Driver::instance().settings.values[name] = value; }
