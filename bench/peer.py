#!/usr/bin/env python3
"""Times one peer on one net: peer.py NAME WIDTHS THREADS SECONDS [--relu-last]

Reads a batch a line and answers each with {"median_us": t}. The net is made anew when the batch is another than before, and
its result compared with f64; everything is warm before it is timed.
"""
import json
import os
import statistics
import sys
import time

NAME, WIDTHS, THREADS, SECONDS = sys.argv[1:5]
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = THREADS
if THREADS == "1":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np  # after the environment is set

from peers import PEERS


class Net:
    def __init__(self):
        self.widths, self.threads = [int(width) for width in WIDTHS.split(",")], int(THREADS)
        self.relu_last = "--relu-last" in sys.argv
        random = np.random.default_rng(0)
        self.layers = [(random.standard_normal((n, k), dtype="f4") / np.float32(k) ** 0.5,
                        random.standard_normal(n, dtype="f4") / 10) for k, n in zip(self.widths, self.widths[1:])]

    def has_relu(self, layer):
        return layer + 1 < len(self.layers) or self.relu_last

    def expected(self, x):
        h = x.astype("f8")
        for i, (w, b) in enumerate(self.layers):
            h = h @ w.astype("f8").T + b
            h = h.clip(0) if self.has_relu(i) else h
        return h


def prepare(net, batch):
    """The peer's call of the net, after it has shown that it computes the net, and the input, which it may only point to."""
    x = np.random.default_rng(1).standard_normal((batch, net.widths[0]), dtype="f4")
    call, result = PEERS[NAME][0](net, x)
    for _ in range(5):
        call()
    expected = net.expected(x)
    assert abs(result() - expected).max() < 1e-3 * max(1, abs(expected).max()), f"{NAME} computes something else"
    return call, x


def median_us(call, seconds):
    call()
    end = time.perf_counter() + seconds / 4
    while time.perf_counter() < end:
        call()
    times, end = [], time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def main():
    net, prepared, call, held = Net(), None, None, None
    for line in sys.stdin:
        batch = int(line)
        if batch != prepared:
            call = held = None  # their memory, before the next takes as much
            call, held = prepare(net, batch)
            prepared = batch
        print(json.dumps({"median_us": median_us(call, float(SECONDS))}), flush=True)


main()
