#!/usr/bin/env python3
"""check-tutorial.py TENSORS.safetensors REFERENCE: holds what save-tutorial wrote against PyTorch's run of the page: drawn
tensors and parameters byte for byte, computed ones within the bounds of f64_reference.py."""
import hashlib
import os
import struct
import sys

from f64_reference import linear, softmax
from modelfiles import read_safetensors

ours = read_safetensors(sys.argv[1])
folder = os.path.join(sys.argv[2], "seed-net")
theirs = read_safetensors(os.path.join(folder, "tutorial-expected.safetensors"))


def floats(entry):
    return list(struct.unpack(f"<{len(entry[2]) // 4}f", entry[2]))


compared = 0
with open(os.path.join(folder, "tutorial-parameters.sha256")) as file:
    for line in file:
        digest, name = line.split()
        assert hashlib.sha256(ours[name][2]).hexdigest() == digest, f"{name} differs"
        compared += 1
for name in ("X", "walk.input_image", "walk.input_image2", "y_pred"):
    assert ours[name][1:] == theirs[name][1:], f"{name} differs"
    compared += 1


def close(name, expected, errors):
    global compared
    assert ours[name][1] == theirs[name][1], f"{name} has shape {ours[name][1]}"
    for who, tensors in (("nnc", ours), ("PyTorch", theirs)):
        for i, (actual, y, error) in enumerate(zip(floats(tensors[name]), expected, errors)):
            assert abs(actual - y) <= error, f"{name}[{i}] of {who} is {actual}, f64 has {y} +- {error}"
    compared += 1


def layer(x, error, name):
    weight, bias = (floats(ours[f"{name}.{part}"]) for part in ("weight", "bias"))
    inner = len(weight) // len(bias)
    return linear([len(x) // inner, inner], x, error, weight, bias)


def relu(x):
    return [max(value, 0.0) for value in x]


x, error = floats(ours["X"]), [0.0] * 784
for i in (0, 2, 4):
    x, error = layer(x if i == 0 else relu(x), error, f"linear_relu_stack.{i}")
close("logits", x, error)
close("pred_probab", *softmax([1, 10], x, error, 1))

x, error = layer(floats(ours["walk.input_image"]), [0.0] * 2352, "walk.layer1")
close("walk.hidden1", x, error)
close("walk.relu", relu(x), error)
x, error = layer(floats(ours["walk.input_image2"]), [0.0] * 2352, "walk.layer1")
x, error = layer(relu(x), error, "walk.seq_modules.3")
close("walk.logits", x, error)
close("walk.pred_probab", *softmax([3, 10], x, error, 1))
print(f"{compared} tensors agree")
