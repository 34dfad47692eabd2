//===- Capture.cpp - streams whose work becomes a graph -------------------===//

#include "Driver.h"

using namespace softgpu;

CUresult Driver::breakCapture(Stream &stream, CUresult result) {
  if (stream.capture)
    stream.capture->isBroken = true;
  return result;
}

CUresult Driver::refuseCaptured(Stream &stream) {
  if (!stream.capture)
    return CUDA_SUCCESS;
  bool wasBroken = stream.capture->isBroken;
  return breakCapture(stream,
                      wasBroken ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED : CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
}

CUresult Driver::refuseWhileCapturing() {
  CUresult result = CUDA_SUCCESS;
  for (auto &[handle, stream] : streams) {
    const Capture *capture = stream->capture.get();
    bool isOurs = capture && capture->thread == std::this_thread::get_id();
    if (capture && (capture->mode == CU_STREAM_CAPTURE_MODE_GLOBAL ||
                    (capture->mode == CU_STREAM_CAPTURE_MODE_THREAD_LOCAL && isOurs)))
      result = breakCapture(*stream, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  }
  return result;
}

CUresult Driver::refuseImplicit(const Stream &defaultStream) {
  CUresult result = CUDA_SUCCESS;
  for (auto &[handle, stream] : streams)
    if (stream->capture && !stream->nonBlocking && stream->context == defaultStream.context)
      result = breakCapture(*stream, CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
  return result;
}

CUresult Driver::addToCapture(Stream &stream, std::function<CUresult()> run) {
  if (stream.capture->isBroken)
    return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
  std::vector<std::shared_ptr<Graph::Node>> &nodes = stream.capture->graph->nodes;
  auto node = std::make_shared<Graph::Node>();
  node->run = std::move(run);
  if (!nodes.empty())
    node->after.push_back(nodes.size() - 1);
  nodes.push_back(std::move(node));
  return CUDA_SUCCESS;
}

SOFTGPU_API cuStreamIsCapturing(void *handle, int *status) {
  SOFTGPU_ENTER(cuStreamIsCapturing);
  Stream *stream = driver.streamOf(handle);
  if (!stream)
    return CUDA_ERROR_INVALID_HANDLE;
  *status = !stream->capture ? 0 : stream->capture->isBroken ? 2 : 1;
  return CUDA_SUCCESS;
}

SOFTGPU_API cuStreamBeginCapture_v2(void *handle, int mode) {
  SOFTGPU_ENTER(cuStreamBeginCapture_v2);
  Stream *stream = driver.streamOf(handle);
  if (!stream)
    return CUDA_ERROR_INVALID_HANDLE;
  if (stream->isDefault || stream->capture || mode < 0 || mode > CU_STREAM_CAPTURE_MODE_RELAXED)
    return CUDA_ERROR_INVALID_VALUE;
  stream->capture = std::make_unique<Capture>();
  stream->capture->graph = driver.graphs.add(std::make_unique<Graph>());
  stream->capture->mode = mode;
  stream->capture->thread = std::this_thread::get_id();
  return CUDA_SUCCESS;
}

SOFTGPU_API cuStreamEndCapture(void *handle, Graph **graph) {
  SOFTGPU_ENTER(cuStreamEndCapture);
  Stream *stream = driver.streamOf(handle);
  if (!stream || !stream->capture)
    return CUDA_ERROR_INVALID_VALUE;
  if (stream->capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED && stream->capture->thread != std::this_thread::get_id())
    return driver.breakCapture(*stream, CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
  std::unique_ptr<Capture> capture = std::move(stream->capture);
  *graph = capture->isBroken ? nullptr : capture->graph;
  if (!capture->isBroken)
    return CUDA_SUCCESS;
  driver.graphs.remove(capture->graph);
  return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
}
