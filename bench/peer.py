#!/usr/bin/env python3
"""Times one peer on one net: peer.py NAME WIDTHS THREADS BATCHES SECONDS [--relu-last]

A process for each peer and thread count, so that nobody's pool of threads disturbs another's. Weights are prepacked or
constant, buffers are bound where the peer can do that, and everything is warm before it is timed. Prints one JSON object a
batch: {"batch": n, "median_us": t}.
"""
import json
import os
import sys
import time

NAME, WIDTHS, THREADS, BATCHES, SECONDS = sys.argv[1:6]
RELU_LAST = "--relu-last" in sys.argv
widths, threads = [int(w) for w in WIDTHS.split(",")], int(THREADS)
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = THREADS
if threads == 1:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np  # after the environment is set

random = np.random.default_rng(0)
layers = [(random.standard_normal((n, k), dtype="f4") / np.float32(k) ** 0.5, random.standard_normal(n, dtype="f4") / 10)
          for k, n in zip(widths, widths[1:])]


def has_relu(i):
    return i + 1 < len(layers) or RELU_LAST


def onnx_model(batch):
    from onnx import TensorProto, helper, numpy_helper
    nodes, constants, value = [], [], "x"
    for i, (weight, bias) in enumerate(layers):
        constants += [numpy_helper.from_array(weight, f"w{i}"), numpy_helper.from_array(bias, f"b{i}")]
        nodes.append(helper.make_node("Gemm", [value, f"w{i}", f"b{i}"], [f"l{i}"], transB=1))
        value = f"l{i}"
        if has_relu(i):
            nodes.append(helper.make_node("Relu", [value], [f"r{i}"]))
            value = f"r{i}"
    shape = lambda name, width: helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, width])
    graph = helper.make_graph(nodes, "net", [shape("x", widths[0])], [shape(value, widths[-1])], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString()


def onnxruntime(x):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(onnx_model(len(x)), options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    binding.bind_cpu_input("x", x)
    binding.bind_output(session.get_outputs()[0].name)
    return lambda: session.run_with_iobinding(binding), lambda: binding.copy_outputs_to_cpu()[0]


def openvino(x):
    import openvino as ov
    core = ov.Core()
    settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    request = core.compile_model(core.read_model(onnx_model(len(x))), "CPU", settings).create_infer_request()
    request.set_input_tensor(ov.Tensor(x, shared_memory=True))
    return request.infer, lambda: request.get_output_tensor().data


def jax(x):
    if threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    import jax as j
    constants = [(j.numpy.asarray(w.T), j.numpy.asarray(b)) for w, b in layers]

    def net(h):
        for i, (w, b) in enumerate(constants):
            h = h @ w + b
            h = j.nn.relu(h) if has_relu(i) else h
        return h
    compiled, held = j.jit(net), j.numpy.asarray(x)
    return lambda: compiled(held).block_until_ready(), lambda: np.asarray(compiled(held))


def torch(x):
    import torch as t
    t.set_num_threads(threads)
    t.set_grad_enabled(False)
    modules = []
    for i, (w, b) in enumerate(layers):
        linear = t.nn.Linear(w.shape[1], w.shape[0])
        linear.weight.data, linear.bias.data = t.from_numpy(w), t.from_numpy(b)
        modules += [linear, t.nn.ReLU()] if has_relu(i) else [linear]
    net, held = t.jit.freeze(t.jit.trace(t.nn.Sequential(*modules).eval(), t.from_numpy(x))), t.from_numpy(x)
    return lambda: net(held), lambda: net(held).numpy()


def main():
    for batch in map(int, BATCHES.split(",")):
        x = random.standard_normal((batch, widths[0]), dtype="f4")
        call, result = {"onnxruntime": onnxruntime, "openvino": openvino, "jax": jax, "torch": torch}[NAME](x)
        call()
        h = x.astype("f8")
        for i, (w, b) in enumerate(layers):
            h = h @ w.astype("f8").T + b
            h = h.clip(0) if has_relu(i) else h
        assert abs(result() - h).max() < 1e-3 * max(1, abs(h).max()), f"{NAME} computes something else"
        for _ in range(20):
            call()
        times, end = [], time.perf_counter() + float(SECONDS)
        while len(times) < 30 or time.perf_counter() < end:
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
        print(json.dumps({"batch": batch, "median_us": sorted(times)[len(times) // 2] * 1e6}), flush=True)


main()
