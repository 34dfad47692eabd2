#!/usr/bin/env python3
"""How long nnc takes to compile, how large the result is, and how long a module's first call takes: medians of 5 runs.

Needs a build in build/, or in the folder given.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

from nets import NETS, write_net

BUILD = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "build")
RUNS = 5


def compile_net(widths):
    """Seconds of nnc and bytes of the model.so."""
    with tempfile.TemporaryDirectory() as folder:
        write_net(folder, widths)
        seconds = []
        for _ in range(RUNS):
            start = time.perf_counter()
            subprocess.run([f"{BUILD}/bin/nnc", f"{folder}/net.mlir", "-o", f"{folder}/net.so"], check=True)
            seconds.append(time.perf_counter() - start)
        return statistics.median(seconds), os.path.getsize(f"{folder}/net.so")


distinct = ",".join(str(64 + 3 * i) for i in range(65))
for what, widths in (("the tutorial's net", NETS["tutorial"][0]), ("64 layers of distinct shapes", distinct)):
    seconds, size = compile_net(widths)
    print(f"{what}: {seconds:.2f} s, {size} bytes")
runs = [list(map(float, subprocess.check_output(f"{BUILD}/test/unit/measure-first-call").split())) for _ in range(RUNS)]
first, another, later = map(statistics.median, zip(*runs))
print(f"a module without parameters: first call {first:.1f} ms, the first of another {another:.1f} ms, a later call "
      f"{later * 1e3:.0f} us")
