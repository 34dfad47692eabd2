#!/usr/bin/env python3
"""check-fashion.py X.npy LOGITS.npy REFERENCE: holds the logits of the seed net against PyTorch's predictions, the labels,
and f64 values within the bounds of f64_reference.py."""
import os
import struct
import sys

from f64_reference import linear
from modelfiles import read_npy, read_safetensors


def floats(entry):
    dtype, shape, data = entry
    code = {"F32": "f", "F64": "d", "I64": "q"}[dtype]
    return shape, struct.unpack(f"<{len(data) // struct.calcsize(code)}{code}", data)


def main():
    (count, rows, columns), images = read_npy(sys.argv[1])
    _, logits = read_npy(sys.argv[2])
    expected = read_safetensors(os.path.join(sys.argv[3], "fashion-expected.safetensors"))
    weights = {name: floats(entry) for name, entry in
               read_safetensors(os.path.join(sys.argv[3], "fashion.safetensors")).items()}
    predicted, labels = floats(expected["predicted"])[1], floats(expected["labels"])[1]
    reference = floats(expected["logits_f64"])[1]

    classes = [max(range(10), key=lambda i: logits[10 * n + i]) for n in range(count)]
    assert classes == list(predicted), "the predictions differ from PyTorch's"
    right = sum(a == b for a, b in zip(classes, labels))
    print(f"{count} predictions are PyTorch's, {right} are right")

    worst = 0.0
    for n in range(0, count, 20):  # pure Python: every 20th image is enough of a sample
        x = images[n * rows * columns:(n + 1) * rows * columns]
        error = [0.0] * len(x)
        for i in (0, 2, 4):
            weight, bias = (weights[f"linear_relu_stack.{i}.{name}"][1] for name in ("weight", "bias"))
            x, error = linear([len(x)], x, error, weight, bias)
            if i < 4:
                x = [max(value, 0.0) for value in x]
        for j in range(10):
            y64 = reference[10 * n + j]
            assert abs(y64 - x[j]) < 1e-9 * max(1.0, abs(y64)), "our f64 evaluation is not the reference's"
            worst = max(worst, abs(logits[10 * n + j] - y64) / error[j])
    assert worst <= 1, f"an error is {worst} times its bound"
    print(f"largest share of the error bound: {worst:.4f}")


main()
