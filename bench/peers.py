"""The peers: a function each that makes a call of a net.

`net` has `layers` (weight (out, in) and bias), `has_relu(layer)` and `threads`; `x` is the batch. Returned are a function
that runs the net once, and one that gives its result as an array. Weights are constants or prepacked, buffers are bound where
the peer can do that.
"""
import os


def onnx_model(net, batch):
    from onnx import TensorProto, helper, numpy_helper
    nodes, constants, value = [], [], "x"
    for i, (weight, bias) in enumerate(net.layers):
        constants += [numpy_helper.from_array(weight, f"w{i}"), numpy_helper.from_array(bias, f"b{i}")]
        nodes.append(helper.make_node("Gemm", [value, f"w{i}", f"b{i}"], [f"l{i}"], transB=1))
        value = f"l{i}"
        if net.has_relu(i):
            nodes.append(helper.make_node("Relu", [value], [f"r{i}"]))
            value = f"r{i}"
    shape = lambda name, width: helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, width])
    graph = helper.make_graph(nodes, "net", [shape("x", net.widths[0])], [shape(value, net.widths[-1])], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString()


def onnxruntime(net, x):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = net.threads, 1
    session = ort.InferenceSession(onnx_model(net, len(x)), options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    binding.bind_cpu_input("x", x)
    binding.bind_output(session.get_outputs()[0].name)
    return lambda: session.run_with_iobinding(binding), lambda: binding.copy_outputs_to_cpu()[0]


def openvino(net, x):
    import openvino as ov
    core = ov.Core()
    settings = {"INFERENCE_NUM_THREADS": net.threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32",
                "PERFORMANCE_HINT": "LATENCY"}
    request = core.compile_model(core.read_model(onnx_model(net, len(x))), "CPU", settings).create_infer_request()
    request.set_input_tensor(ov.Tensor(x, shared_memory=True))
    return request.infer, lambda: request.get_output_tensor().data


def jax(net, x):
    if net.threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    import jax as j
    import numpy as np
    constants = [(j.numpy.asarray(w.T), j.numpy.asarray(b)) for w, b in net.layers]

    def forward(h):
        for i, (w, b) in enumerate(constants):
            h = h @ w + b
            h = j.nn.relu(h) if net.has_relu(i) else h
        return h
    compiled, held = j.jit(forward), j.numpy.asarray(x)
    return lambda: compiled(held).block_until_ready(), lambda: np.asarray(compiled(held))


def iree_text(net, batch):
    """The net in MLIR's linalg dialect, its weights inside."""
    constant = lambda array: '"0x' + array.astype("<f4").tobytes().hex().upper() + '"'
    lines, value = [], "%x"
    for i, (weight, bias) in enumerate(net.layers):
        n, k = weight.shape
        result, matrix = f"tensor<{batch}x{n}xf32>", f"tensor<{n}x{k}xf32>"
        maps = "[affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]"
        lines += [f"%w{i} = arith.constant dense<{constant(weight)}> : {matrix}",
                  f"%b{i} = arith.constant dense<{constant(bias)}> : tensor<{n}xf32>",
                  f"%e{i} = tensor.empty() : {result}",
                  f"%s{i} = linalg.broadcast ins(%b{i} : tensor<{n}xf32>) outs(%e{i} : {result}) dimensions = [0]",
                  f"%l{i} = linalg.matmul indexing_maps = {maps} ins({value}, %w{i} : tensor<{batch}x{k}xf32>, {matrix}) "
                  f"outs(%s{i} : {result}) -> {result}"]
        value = f"%l{i}"
        if net.has_relu(i):
            lines += [f"%z{i} = arith.constant dense<0.0> : {result}",
                      f"%r{i} = arith.maximumf {value}, %z{i} : {result}"]
            value = f"%r{i}"
    body, result = "\n".join(lines), f"tensor<{batch}x{net.widths[-1]}xf32>"
    return f"func.func @net(%x: tensor<{batch}x{net.widths[0]}xf32>) -> {result} {{\n{body}\nreturn {value} : {result}\n}}"


def iree(net, x):
    import iree.compiler
    import iree.runtime as runtime
    # Data tiling takes more stack for a layer of one column than is allowed of itself; its workers' stacks have not much.
    stack = 1 << 20 if net.threads == 1 else 1 << 17
    flags = ["--iree-llvmcpu-target-cpu=host", "--iree-opt-level=O3", "--iree-opt-data-tiling",
             f"--iree-llvmcpu-stack-allocation-limit={stack}"]
    code = iree.compiler.compile_str(iree_text(net, len(x)), target_backends=["llvm-cpu"], extra_args=flags)
    if net.threads > 1:
        runtime.flags.parse_flags(f"--task_topology_group_count={net.threads}")
    device = runtime.get_device("local-task" if net.threads > 1 else "local-sync")
    config = runtime.Config(device=device)
    module = runtime.load_vm_module(runtime.VmModule.copy_buffer(config.vm_instance, code), config)
    held = runtime.asdevicearray(device, x)
    return lambda: module.net(held), lambda: module.net(held).to_host()


def torch_module(net):
    import torch as t
    t.set_num_threads(net.threads)
    t.set_grad_enabled(False)
    modules = []
    for i, (w, b) in enumerate(net.layers):
        linear = t.nn.Linear(w.shape[1], w.shape[0])
        linear.weight.data, linear.bias.data = t.from_numpy(w), t.from_numpy(b)
        modules += [linear, t.nn.ReLU()] if net.has_relu(i) else [linear]
    return t.nn.Sequential(*modules).eval()


def torch(net, x):
    import torch as t
    module, held = torch_module(net), t.from_numpy(x)
    return lambda: module(held), lambda: module(held).numpy()


def torch_compile(net, x):
    import torch as t
    import torch._inductor.config
    torch._inductor.config.freezing = True  # lets it prepack the weights
    module, held = t.compile(torch_module(net), fullgraph=True, dynamic=False), t.from_numpy(x)
    return lambda: module(held), lambda: module(held).numpy()


# What the tables call a peer, what makes its calls, and the module without which it is left out.
PEERS = {
    "ONNX Runtime": (onnxruntime, "onnxruntime"),
    "OpenVINO": (openvino, "openvino"),
    "JAX": (jax, "jax"),
    "IREE": (iree, "iree.compiler, iree.runtime"),
    "PyTorch": (torch, "torch"),
    "PyTorch compile": (torch_compile, "torch"),
}
