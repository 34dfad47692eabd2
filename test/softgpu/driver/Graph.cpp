//===- Graph.cpp - graphs of launches -------------------------------------===//

#include "Launch.h"

#include <algorithm>

using namespace softgpu;

// To make and to destroy graphs needs no context, also after one was lost.

SOFTGPU_API cuGraphCreate(Graph **graph, unsigned) {
  SOFTGPU_ENTER_WITH(cuGraphCreate, false);
  *graph = driver.graphs.add(std::make_unique<Graph>());
  return CUDA_SUCCESS;
}

static CUresult setKernel(Driver &driver, Graph::Node &node, const CUDA_KERNEL_NODE_PARAMS &params) {
  auto *function = static_cast<LoadedFunction *>(params.func);
  if (!isFunction(driver, function))
    return CUDA_ERROR_INVALID_HANDLE;
  LaunchConfig config = {{params.gridDimX, params.gridDimY, params.gridDimZ},
                         {params.blockDimX, params.blockDimY, params.blockDimZ},
                         params.sharedMemBytes};
  if (CUresult result = checkConfig(*function, config))
    return result;
  if (CUresult result = collect(*function, params.kernelParams, params.extra, node.parameters))
    return result;
  node.function = function;
  node.config = config;
  return CUDA_SUCCESS;
}

// The node functions come in two versions. The first one's parameters end before `kern`, which nobody reads here.

static CUresult addKernelNode(Driver &driver, Graph::Node **handle, Graph *graph, Graph::Node *const *dependencies,
                              size_t count, const CUDA_KERNEL_NODE_PARAMS *params) {
  if (!driver.graphs.has(graph) || !params)
    return CUDA_ERROR_INVALID_VALUE;
  auto node = std::make_shared<Graph::Node>();
  if (CUresult result = setKernel(driver, *node, *params))
    return result;
  for (size_t i = 0; i < count; ++i) {
    auto found = std::find_if(graph->nodes.begin(), graph->nodes.end(),
                              [&](auto &other) { return other.get() == dependencies[i]; });
    if (found == graph->nodes.end())
      return CUDA_ERROR_INVALID_VALUE;
    node->after.push_back(found - graph->nodes.begin());
  }
  *handle = node.get();
  graph->nodes.push_back(std::move(node));
  return CUDA_SUCCESS;
}

SOFTGPU_API cuGraphAddKernelNode(Graph::Node **handle, Graph *graph, Graph::Node *const *dependencies, size_t count,
                                 const CUDA_KERNEL_NODE_PARAMS *params) {
  SOFTGPU_ENTER(cuGraphAddKernelNode);
  return addKernelNode(driver, handle, graph, dependencies, count, params);
}

SOFTGPU_API cuGraphAddKernelNode_v2(Graph::Node **handle, Graph *graph, Graph::Node *const *dependencies, size_t count,
                                    const CUDA_KERNEL_NODE_PARAMS *params) {
  SOFTGPU_ENTER(cuGraphAddKernelNode_v2);
  return addKernelNode(driver, handle, graph, dependencies, count, params);
}

/// The executable graph has nodes of its own, in the same order.
SOFTGPU_API cuGraphInstantiateWithFlags(Graph **exec, Graph *graph, uint64_t) {
  SOFTGPU_ENTER(cuGraphInstantiateWithFlags);
  if (!driver.graphs.has(graph))
    return CUDA_ERROR_INVALID_VALUE;
  auto copy = std::make_unique<Graph>();
  for (auto &node : graph->nodes)
    copy->nodes.push_back(std::make_shared<Graph::Node>(*node));
  copy->origin = graph;
  *exec = driver.graphExecs.add(std::move(copy));
  return CUDA_SUCCESS;
}

static CUresult setNodeParameters(Driver &driver, Graph *exec, Graph::Node *node,
                                  const CUDA_KERNEL_NODE_PARAMS *params) {
  if (!driver.graphExecs.has(exec) || !driver.graphs.has(exec->origin) || !params)
    return CUDA_ERROR_INVALID_VALUE;
  for (size_t i = 0; i < exec->origin->nodes.size() && i < exec->nodes.size(); ++i)
    if (exec->origin->nodes[i].get() == node) {
      // A launch that is under way keeps the old node.
      auto updated = std::make_shared<Graph::Node>(*exec->nodes[i]);
      if (CUresult result = setKernel(driver, *updated, *params))
        return result;
      exec->nodes[i] = updated;
      return CUDA_SUCCESS;
    }
  return CUDA_ERROR_INVALID_VALUE;
}

SOFTGPU_API cuGraphExecKernelNodeSetParams(Graph *exec, Graph::Node *node, const CUDA_KERNEL_NODE_PARAMS *params) {
  SOFTGPU_ENTER(cuGraphExecKernelNodeSetParams);
  return setNodeParameters(driver, exec, node, params);
}

SOFTGPU_API cuGraphExecKernelNodeSetParams_v2(Graph *exec, Graph::Node *node, const CUDA_KERNEL_NODE_PARAMS *params) {
  SOFTGPU_ENTER(cuGraphExecKernelNodeSetParams_v2);
  return setNodeParameters(driver, exec, node, params);
}

/// Gives `exec` the nodes of `graph`, which must have the same edges.
SOFTGPU_API cuGraphExecUpdate_v2(Graph *exec, Graph *graph, int *info) {
  SOFTGPU_ENTER(cuGraphExecUpdate_v2);
  if (!driver.graphExecs.has(exec) || !driver.graphs.has(graph))
    return CUDA_ERROR_INVALID_VALUE;
  bool alike = exec->nodes.size() == graph->nodes.size();
  for (size_t i = 0; alike && i < graph->nodes.size(); ++i)
    alike = exec->nodes[i]->after == graph->nodes[i]->after;
  if (info)
    *info = alike ? 0 : 2; // CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED
  if (!alike)
    return CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE;
  for (size_t i = 0; i < graph->nodes.size(); ++i)
    exec->nodes[i] = std::make_shared<Graph::Node>(*graph->nodes[i]);
  exec->origin = graph;
  return CUDA_SUCCESS;
}

/// Runs the nodes as their dependencies allow, of several that may run the one that was added last: an edge that is
/// missing shows.
static CUresult runGraph(Driver &driver, const std::vector<std::shared_ptr<Graph::Node>> &nodes) {
  std::vector<bool> done(nodes.size());
  for (size_t ran = 0; ran < nodes.size(); ++ran) {
    size_t next = nodes.size();
    for (size_t i = nodes.size(); i-- > 0 && next == nodes.size();) {
      const std::vector<size_t> &after = nodes[i]->after;
      if (!done[i] && std::all_of(after.begin(), after.end(), [&](size_t j) { return done[j]; }))
        next = i;
    }
    const Graph::Node &node = *nodes[next];
    CUresult result = node.function ? driver.launch(*node.function, node.config, node.parameters) : node.run();
    if (result)
      return result;
    done[next] = true;
  }
  return CUDA_SUCCESS;
}

SOFTGPU_API cuGraphLaunch(Graph *exec, void *handle) {
  SOFTGPU_ENTER(cuGraphLaunch);
  Stream *stream = driver.streamOf(handle);
  if (!stream || !driver.graphExecs.has(exec) || stream->context != driver.current())
    return CUDA_ERROR_INVALID_HANDLE;
  for (auto &node : exec->nodes) {
    if (node->function && !isFunction(driver, node->function))
      return CUDA_ERROR_INVALID_HANDLE; // its module was unloaded, or went with its context
    if (node->function && node->function->owner->context != stream->context)
      return CUDA_ERROR_NOT_SUPPORTED; // a graph of several devices
  }
  if (CUresult result = driver.refuseCaptured(*stream))
    return result;
  return driver.enqueue(*stream, [nodes = exec->nodes, &driver] { return runGraph(driver, nodes); });
}

SOFTGPU_API cuGraphDestroy(Graph *graph) {
  SOFTGPU_ENTER_WITH(cuGraphDestroy, false);
  return driver.graphs.remove(graph) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

SOFTGPU_API cuGraphExecDestroy(Graph *exec) {
  SOFTGPU_ENTER_WITH(cuGraphExecDestroy, false);
  return driver.graphExecs.remove(exec) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}
