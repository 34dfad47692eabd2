#!/usr/bin/env python3
"""Compares nnc with the peers that are installed: compare.py [--nets A,B] [--peers A,B] [--batches 1,8,...] [--threads 1,2]
[--seconds S] [--python PYTHON-OF-THE-PEERS]

For each net and number of threads nnc runs before and after every peer, and its medians' median counts, so that a machine
whose speed drifts favours nobody. A peer's times are as a Python program sees them; `call` is what its call costs on a net
of one weight, and the last column compares with that taken off. Prints a Markdown table. nnc and nnc-bench are on the PATH.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "test", "models"))
import random

from modelfiles import parameters_of, random_weights, write_safetensors

# name: (widths, ReLU after the last layer)
NETS = {
    "tutorial": ("784,512,512,10", False),
    "tpp-mlir": ("1024,1024,1024,1024", True),
    "mnist": ("784,128,10", False),
    "dlrm-bottom": ("13,512,256,128", False),
    "dlrm-top": ("479,1024,1024,512,256,1", False),
    "tiny": ("64,64,64,64,16", False),
    "large": ("4096,4096,4096,4096", False),
}
PEERS = ["onnxruntime", "openvino", "jax", "torch"]


def model_text(widths, relu_last):
    lines, value = [], "%x"
    for i, (k, n) in enumerate(zip(widths, widths[1:])):
        lines += [f'%w{i} = nn.parameter "{i}.weight" : tensor<{n}x{k}xf32>', f'%b{i} = nn.parameter "{i}.bias" : tensor<{n}xf32>',
                  f"%l{i} = nn.linear {value}, %w{i}, %b{i} : (tensor<?x{k}xf32>, tensor<{n}x{k}xf32>, tensor<{n}xf32>) -> tensor<?x{n}xf32>"]
        value = f"%l{i}"
        if i + 2 < len(widths) or relu_last:
            lines.append(f"%r{i} = nn.relu {value} : tensor<?x{n}xf32>")
            value = f"%r{i}"
    body, result = "\n    ".join(lines), f"tensor<?x{widths[-1]}xf32>"
    return (f"module @Net {{\n  func.func @forward(%x: tensor<?x{widths[0]}xf32>) -> {result} {{\n    {body}\n"
            f"    return {value} : {result}\n  }}\n}}\n")


def run_nnc(folder, batches, threads, seconds):
    path = os.path.join(folder, "result.json")
    command = ["nnc-bench", f"{folder}/net.so", "-w", f"{folder}/net.safetensors", "-b", batches, "--threads", str(threads),
               "--seconds", str(seconds), "--json", path]
    if threads == 1:
        command = ["taskset", "-c", str(min(os.sched_getaffinity(0)))] + command
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(path) as file:
        return {entry["batch"]: entry for entry in json.load(file)}


def run_peer(python, peer, widths, threads, batches, seconds, relu_last):
    command = [python, os.path.join(HERE, "peer.py"), peer, widths, str(threads), batches, str(seconds)]
    run = subprocess.run(command + (["--relu-last"] if relu_last else []), capture_output=True, text=True)
    if run.returncode != 0:
        print(f"{peer} failed: {run.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return {}
    return {entry["batch"]: entry["median_us"] for entry in map(json.loads, run.stdout.splitlines())}


def installed(python, peer):
    return subprocess.run([python, "-c", f"import {peer}"], capture_output=True).returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nets", default=",".join(NETS))
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--batches", default="1,8,64,256,1024")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    peers = [peer for peer in options.peers.split(",") if installed(options.python, peer)]
    print("| net | threads | batch | nnc us | of limit | " + " | ".join(f"{peer} us" for peer in peers) +
          " | nnc / best | best's call us | nnc / best without call |")
    print("|---" * (8 + len(peers)) + "|")
    for threads in map(int, options.threads.split(",")):
        calls = {peer: run_peer(options.python, peer, "1,1", threads, "1", 0.3, False).get(1, 0) for peer in peers}
        for name in options.nets.split(","):
            widths, relu_last = NETS[name]
            with tempfile.TemporaryDirectory() as folder:
                text = model_text([int(width) for width in widths.split(",")], relu_last)
                with open(f"{folder}/net.mlir", "w") as file:
                    file.write(text)
                generator = random.Random(0)
                write_safetensors(f"{folder}/net.safetensors", {key: ("F32", shape, random_weights(generator, shape))
                                                                for key, shape in parameters_of(text)})
                subprocess.run(["nnc", f"{folder}/net.mlir", "-o", f"{folder}/net.so"], check=True)
                ours, theirs = [run_nnc(folder, options.batches, threads, options.seconds)], {}
                for peer in peers:
                    theirs[peer] = run_peer(options.python, peer, widths, threads, options.batches, options.seconds, relu_last)
                    ours.append(run_nnc(folder, options.batches, threads, options.seconds))
            for batch in map(int, options.batches.split(",")):
                mine = statistics.median(run[batch]["median_us"] for run in ours)
                # The limit: arithmetic at the FMA peak, or reading the weights once.
                limit = max(ours[0][batch]["gflops"] / ours[0][batch]["peak_gflops"] if ours[0][batch]["peak_gflops"] else 0,
                            ours[0][batch]["weights_gbps"] / ours[0][batch]["read_gbps"])
                times = {peer: theirs[peer][batch] for peer in peers if batch in theirs[peer]}
                best = min(times, key=times.get, default=None)
                row = [name, threads, batch, f"{mine:.1f}", f"{100 * limit:.0f} %"]
                row += [f"{times[peer]:.1f}" if peer in times else "-" for peer in peers]
                if best:
                    without = max(times[best] - calls[best], 0.01)
                    row += [f"{mine / times[best]:.2f}", f"{calls[best]:.1f}", f"{mine / without:.2f}"]
                print("| " + " | ".join(map(str, row)) + " |", flush=True)


main()
