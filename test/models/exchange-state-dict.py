#!/usr/bin/env python3
"""exchange-state-dict.py write|check plain|package FILE.safetensors: writes a state_dict, or holds one that nnc loaded and
saved against it. `package` does it with Python's safetensors and numpy, `plain` with modelfiles.py."""
import struct
import sys
from math import inf, nan

from modelfiles import product, read_safetensors, write_safetensors

SHAPES = {"0.weight": (3, 4), "0.bias": (3,), "scale": (), "empty": (2, 0), "ein \"Name\" \\ ü": (2, 1, 3, 2)}
VALUES = [1.5, -0.0, inf, -inf, nan, 1e-45, 3.4028234e38, 0.1]


def state():
    return {name: struct.pack(f"<{product(shape)}f", *(VALUES[(i + len(name)) % 8] for i in range(product(shape))))
            for name, shape in SHAPES.items()}


def write(how, path):
    if how == "plain":
        write_safetensors(path, {name: ("F32", SHAPES[name], data) for name, data in state().items()})
        return
    import numpy
    from safetensors.numpy import save_file
    save_file({name: numpy.frombuffer(data, "<f4").reshape(SHAPES[name]) for name, data in state().items()}, path)


def read(how, path):
    if how == "plain":
        return read_safetensors(path)
    from safetensors.numpy import load_file
    names = {"float32": "F32"}
    return {name: (names[str(array.dtype)], array.shape, array.tobytes()) for name, array in load_file(path).items()}


def check(how, path):
    tensors = read(how, path)
    assert sorted(tensors) == sorted(SHAPES), f"the file has {sorted(tensors)}"
    for name, data in state().items():
        dtype, shape, actual = tensors[name]
        assert (dtype, tuple(shape), actual) == ("F32", SHAPES[name], data), f"{name} differs"
    print(f"{len(tensors)} tensors agree")


{"write": write, "check": check}[sys.argv[1]](*sys.argv[2:])
