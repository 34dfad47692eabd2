#!/usr/bin/env python3
"""verify-random-models.py FOLDER FIRST COUNT [NNC-FLAG...]: generates models with the seeds FIRST, FIRST + 1, ... and
has `nnc --verify` compare the compiled code with the interpreter. Prints each seed; what failed stays in FOLDER."""
import os
import subprocess
import sys

from random_model import write_model

folder, first, count, flags = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
os.makedirs(folder, exist_ok=True)
failed = 0
for seed in range(first, first + count):
    model, weights = os.path.join(folder, f"{seed}.mlir"), os.path.join(folder, f"{seed}.safetensors")
    text = write_model(seed, model, weights)
    command = ["nnc", "--verify", model, "-w", weights, f"--seed={seed}"] + flags
    run = subprocess.run(command, capture_output=True, text=True)
    print(f"seed {seed}: {'equal' if run.returncode == 0 else 'FAILED: ' + ' '.join(command)}")
    if run.returncode == 0:
        os.remove(model)
        os.remove(weights)
    else:
        failed += 1
        print(run.stdout + run.stderr + text)
sys.exit(1 if failed else 0)
