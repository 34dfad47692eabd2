//===- Stream.cpp - streams and events ------------------------------------===//

#include "Driver.h"

using namespace softgpu;

static CUresult createStream(Driver &driver, Stream **stream, unsigned flags) {
  if (!stream || flags > 1)
    return CUDA_ERROR_INVALID_VALUE;
  auto fresh = std::make_unique<Stream>();
  fresh->context = driver.current();
  fresh->nonBlocking = flags & 1;
  *stream = driver.streams.add(std::move(fresh));
  return CUDA_SUCCESS;
}

SOFTGPU_API cuStreamCreate(Stream **stream, unsigned flags) {
  SOFTGPU_ENTER(cuStreamCreate);
  return createStream(driver, stream, flags);
}

SOFTGPU_API cuStreamCreateWithPriority(Stream **stream, unsigned flags, int) {
  SOFTGPU_ENTER(cuStreamCreateWithPriority);
  return createStream(driver, stream, flags);
}

SOFTGPU_API cuStreamDestroy_v2(Stream *stream) {
  SOFTGPU_ENTER(cuStreamDestroy_v2);
  if (!driver.streams.has(stream))
    return CUDA_ERROR_INVALID_HANDLE;
  CUresult result = driver.runUntil(*stream, driver.lastWork); // what is pending still runs
  if (stream->capture)
    driver.graphs.remove(stream->capture->graph);
  for (auto &[handle, event] : driver.events)
    if (event->stream == stream)
      event->stream = nullptr;
  driver.streams.remove(stream);
  return result;
}
SOFTGPU_ALIAS(cuStreamDestroy, cuStreamDestroy_v2);

SOFTGPU_API cuStreamSynchronize(void *handle) {
  SOFTGPU_ENTER(cuStreamSynchronize);
  Stream *stream = driver.streamOf(handle);
  if (!stream)
    return CUDA_ERROR_INVALID_HANDLE;
  if (CUresult result = driver.refuseCaptured(*stream))
    return result;
  return driver.runUntil(*stream, driver.lastWork);
}

/// Asking lets the work proceed: the first answer is that it is not ready.
SOFTGPU_API cuStreamQuery(void *handle) {
  SOFTGPU_ENTER(cuStreamQuery);
  Stream *stream = driver.streamOf(handle);
  if (!stream)
    return CUDA_ERROR_INVALID_HANDLE;
  if (CUresult result = driver.refuseCaptured(*stream))
    return result;
  if (stream->pending.empty())
    return CUDA_SUCCESS;
  CUresult result = driver.runUntil(*stream, driver.lastWork);
  return result ? result : CUDA_ERROR_NOT_READY;
}

SOFTGPU_API cuStreamGetCtx(void *handle, Context **context) {
  SOFTGPU_ENTER(cuStreamGetCtx);
  Stream *stream = driver.streamOf(handle);
  if (!stream)
    return CUDA_ERROR_INVALID_HANDLE;
  *context = stream->context;
  return CUDA_SUCCESS;
}

SOFTGPU_API cuStreamWaitEvent(void *handle, Event *event, unsigned) {
  SOFTGPU_ENTER(cuStreamWaitEvent);
  Stream *stream = driver.streamOf(handle);
  if (!stream || !driver.events.has(event))
    return CUDA_ERROR_INVALID_HANDLE;
  if (event->isCaptured)
    return event->stream == stream ? CUDA_SUCCESS : CUDA_ERROR_NOT_SUPPORTED; // another stream would join the capture
  if (!event->number || !event->stream || event->stream == stream)
    return CUDA_SUCCESS;
  if (stream->capture)
    return driver.breakCapture(*stream, CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
  Stream *other = event->stream;
  uint64_t number = event->number;
  return driver.enqueue(*stream, [=, &driver] {
    bool alive = other->isDefault || driver.streams.has(other);
    return alive ? driver.runUntil(*other, number) : CUDA_SUCCESS;
  });
}

// Events.

SOFTGPU_API cuEventCreate(Event **event, unsigned flags) {
  SOFTGPU_ENTER(cuEventCreate);
  auto fresh = std::make_unique<Event>();
  fresh->context = driver.current();
  fresh->timed = !(flags & 2);
  *event = driver.events.add(std::move(fresh));
  return CUDA_SUCCESS;
}

SOFTGPU_API cuEventDestroy_v2(Event *event) {
  SOFTGPU_ENTER(cuEventDestroy_v2);
  return driver.events.remove(event) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}
SOFTGPU_ALIAS(cuEventDestroy, cuEventDestroy_v2);

SOFTGPU_API cuEventRecord(Event *event, void *handle) {
  SOFTGPU_ENTER(cuEventRecord);
  Stream *stream = driver.streamOf(handle);
  if (!stream || !driver.events.has(event) || event->context != stream->context)
    return CUDA_ERROR_INVALID_HANDLE;
  event->stream = stream;
  event->isCaptured = stream->capture != nullptr;
  if (event->isCaptured)
    return driver.enqueue(*stream, [] { return CUDA_SUCCESS; });
  event->number = driver.lastWork + 1;
  return driver.enqueue(*stream, [=, &driver] {
    if (driver.events.has(event))
      event->instructions = driver.machine.counters.instructions;
    return CUDA_SUCCESS;
  });
}

static bool isPending(const Event &event) {
  return event.stream && !event.stream->pending.empty() && event.stream->pending.front().number <= event.number;
}

/// Whether the work that the event marks can be asked for.
static CUresult checkEvent(Driver &driver, Event *event) {
  if (!driver.events.has(event))
    return CUDA_ERROR_INVALID_HANDLE;
  if (!event->isCaptured)
    return CUDA_SUCCESS;
  return event->stream ? driver.breakCapture(*event->stream, CUDA_ERROR_CAPTURED_EVENT) : CUDA_ERROR_CAPTURED_EVENT;
}

SOFTGPU_API cuEventSynchronize(Event *event) {
  SOFTGPU_ENTER_UNSAFE(cuEventSynchronize);
  if (CUresult result = checkEvent(driver, event))
    return result;
  return isPending(*event) ? driver.runUntil(*event->stream, event->number) : CUDA_SUCCESS;
}

SOFTGPU_API cuEventQuery(Event *event) {
  SOFTGPU_ENTER_UNSAFE(cuEventQuery);
  if (CUresult result = checkEvent(driver, event))
    return result;
  if (!isPending(*event))
    return CUDA_SUCCESS;
  CUresult result = driver.runUntil(*event->stream, event->number);
  return result ? result : CUDA_ERROR_NOT_READY;
}

/// Time is counted in instructions, a million to the millisecond: the same in every run.
static CUresult elapsed(Driver &driver, float *milliseconds, Event *from, Event *to) {
  if (!driver.events.has(from) || !driver.events.has(to) || !from->number || !to->number || !from->timed ||
      !to->timed || from->context != to->context)
    return CUDA_ERROR_INVALID_HANDLE;
  if (isPending(*from) || isPending(*to))
    return CUDA_ERROR_NOT_READY;
  *milliseconds = static_cast<float>((to->instructions - from->instructions) * 1e-6);
  return CUDA_SUCCESS;
}

SOFTGPU_API cuEventElapsedTime(float *milliseconds, Event *from, Event *to) {
  SOFTGPU_ENTER(cuEventElapsedTime);
  return elapsed(driver, milliseconds, from, to);
}
SOFTGPU_API cuEventElapsedTime_v2(float *milliseconds, Event *from, Event *to) {
  SOFTGPU_ENTER(cuEventElapsedTime_v2);
  return elapsed(driver, milliseconds, from, to);
}
