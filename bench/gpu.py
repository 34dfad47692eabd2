#!/usr/bin/env python3
"""Compares nnc with PyTorch (cuBLAS, f32 without TF32) on an NVIDIA GPU: bench/gpu.py --help

Microseconds of a call's kernels, ten calls captured into a CUDA graph so that no launch counts, and of a whole call from host
memory to host memory; medians. nnc's result is compared with its result on the CPU, bit for bit, before it is timed.
Needs nnc on the PATH, a build of libnnc.so, and a Python that has PyTorch for CUDA.
"""
import argparse
import ctypes
import os
import subprocess
import tempfile
import time

import torch

from nets import NETS, write_net
from modelfiles import read_safetensors  # nets says where it is

HERE = os.path.dirname(os.path.abspath(__file__))
CALLS, REPLAYS, HOST_CALLS = 10, 20, 30


class RunnerOptions(ctypes.Structure):
    """nnc_runner_options"""
    _fields_ = [("size", ctypes.c_uint32), ("threads", ctypes.c_int), ("max_batch", ctypes.c_int64),
                ("cuda_stream", ctypes.c_void_p)]


class Library:
    """libnnc.so, what is used of nnc/nnc.h."""

    def __init__(self, path):
        self.c = ctypes.CDLL(path)
        pointer, pointers = ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)
        for name, result, arguments in [
            ("nnc_open", pointer, [ctypes.c_char_p] * 3), ("nnc_close", None, [pointer]),
            ("nnc_runner_create_with", pointer, [pointer, ctypes.POINTER(RunnerOptions)]),
            ("nnc_runner_destroy", None, [pointer]), ("nnc_last_error", ctypes.c_char_p, []),
            ("nnc_run", ctypes.c_int, [pointer, pointers, ctypes.c_size_t, pointers, ctypes.c_size_t, ctypes.c_int64])]:
            function = getattr(self.c, name)
            function.restype, function.argtypes = result, arguments

    def check(self, good):
        if not good:
            raise RuntimeError(self.c.nnc_last_error().decode())
        return good


class Runner:
    """A model on `device`, for calls of `batch` samples; on the CUDA stream given or one of its own."""

    def __init__(self, library, folder, device, batch, stream=None):
        self.library, self.batch = library, batch
        files = [f"{folder}/net.so".encode(), f"{folder}/net.safetensors".encode(), device]
        self.model = library.check(library.c.nnc_open(*files))
        options = RunnerOptions(ctypes.sizeof(RunnerOptions), 1, batch, stream)
        self.runner = library.check(library.c.nnc_runner_create_with(self.model, ctypes.byref(options)))

    def __call__(self, x, y):
        """Tensors of the host or the GPU."""
        pointer = ctypes.c_void_p * 1
        status = self.library.c.nnc_run(self.runner, pointer(x.data_ptr()), 1, pointer(y.data_ptr()), 1, self.batch)
        self.library.check(status == 0)

    def close(self):
        self.library.c.nnc_runner_destroy(self.runner)
        self.library.c.nnc_close(self.model)


def median(values):
    return sorted(values)[len(values) // 2]


def kernels_us(call, stream):
    with torch.cuda.stream(stream):
        for _ in range(3):
            call()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        for _ in range(CALLS):
            call()
    times = []
    with torch.cuda.stream(stream):
        for _ in range(3 + REPLAYS):
            start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            start.record()
            graph.replay()
            end.record()
            end.synchronize()
            times.append(start.elapsed_time(end) * 1000 / CALLS)
    return median(times[3:])


def host_us(call):
    times = []
    for _ in range(3 + HOST_CALLS):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e6)
    return median(times[3:])


def torch_net(folder, name):
    """The same weights as nnc's."""
    widths, relu_last = NETS[name]
    widths = [int(width) for width in widths.split(",")]
    tensors, layers = read_safetensors(f"{folder}/net.safetensors"), []
    for i, (k, n) in enumerate(zip(widths, widths[1:])):
        linear = torch.nn.Linear(k, n)
        for parameter, key in ((linear.weight, f"{i}.weight"), (linear.bias, f"{i}.bias")):
            _, shape, data = tensors[key]
            parameter.data = torch.frombuffer(bytearray(data), dtype=torch.float32).reshape(shape)
        layers += [linear] + ([torch.nn.ReLU()] if i + 2 < len(widths) or relu_last else [])
    return torch.nn.Sequential(*layers), widths


def compare(library, folder, name, batch, net, widths, stream):
    x = torch.randn(batch, widths[0])
    y, on_gpu, to_gpu = torch.empty(batch, widths[-1]), x.cuda(), torch.empty(batch, widths[-1], device="cuda")
    runners = [Runner(library, folder, b"cpu", batch), Runner(library, folder, b"cuda", batch),
               Runner(library, folder, b"cuda", batch, stream.cuda_stream)]
    cpu, host, device = runners
    cpu(x, y)
    torch.cuda.synchronize()
    ours = kernels_us(lambda: device(on_gpu, to_gpu), stream)
    assert torch.equal(y.view(torch.int32), to_gpu.cpu().view(torch.int32)), f"{name}: other bits than on the CPU"
    ours_host = host_us(lambda: host(x, y))
    for runner in runners:
        runner.close()
    theirs = kernels_us(lambda: net(on_gpu), stream)
    theirs_host = host_us(lambda: net(x.cuda()).cpu())
    print(f"| {name} | {batch} | {ours:.1f} | {theirs:.1f} | {ours / theirs:.2f} | {ours_host:.1f} | {theirs_host:.1f} | "
          f"{ours_host / theirs_host:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nets", default="tutorial,tpp-mlir,large", help=f"of {', '.join(NETS)}")
    parser.add_argument("--batches", default="1,8,64,256,1024,4096")
    parser.add_argument("--library", default=os.path.join(HERE, "..", "build", "lib", "libnnc.so"))
    options = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = False
    library, stream = Library(options.library), torch.cuda.Stream()
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}\n")
    print("| net | batch | nnc kernels us | PyTorch kernels us | ratio | nnc host to host us | PyTorch host to host us | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for name in options.nets.split(","):
        with tempfile.TemporaryDirectory() as folder, torch.no_grad():
            write_net(folder, *NETS[name])
            subprocess.run(["nnc", f"{folder}/net.mlir", "--device=cpu,cuda", "-o", f"{folder}/net.so"], check=True)
            net, widths = torch_net(folder, name)
            net = net.cuda().eval()
            for batch in map(int, options.batches.split(",")):
                compare(library, folder, name, batch, net, widths, stream)


if __name__ == "__main__":
    main()
