"""Writes what tests feed to nnc: .safetensors and .npy files. Python's standard library only."""
import json
import struct
from array import array

NPY = {"f": "<f4", "q": "<i8"}


def product(shape):
    result = 1
    for extent in shape:
        result *= extent
    return result


def write_safetensors(path, tensors):
    """`tensors`: {name: (dtype, shape, bytes)}, dtype as the format spells it."""
    header, offset = {}, 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, _, data in tensors.values():
            file.write(data)


def read_safetensors(path):
    """{name: (dtype, shape, bytes)}"""
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    data = content[8 + length:]
    return {name: (entry["dtype"], entry["shape"], data[slice(*entry["data_offsets"])])
            for name, entry in json.loads(content[8:8 + length]).items() if name != "__metadata__"}


def write_npy(path, shape, elements):
    """`elements`: an array of 'f' or 'q'."""
    header = str({"descr": NPY[elements.typecode], "fortran_order": False, "shape": tuple(shape)}).encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + elements.tobytes())


def read_npy(path):
    """(shape, array)"""
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<H", content[8:10])
    header = eval(content[10:10 + length].decode(), {})  # our own tools wrote it
    elements = array({v: k for k, v in NPY.items()}[header["descr"]])
    elements.frombytes(content[10 + length:])
    return header["shape"], elements


def random_weights(random, shape):
    """Bytes of F32 elements that keep activations near 1."""
    scale = (shape[-1] if len(shape) > 1 else 4) ** -0.5
    return array("f", (random.uniform(-2 * scale, 2 * scale) for _ in range(product(shape)))).tobytes()


def parameters_of(text):
    """[(name, shape)] of a model's text, each name once."""
    import re
    found = {}
    for name, shape in re.findall(r'nn\.parameter "([^"]+)" : tensor<([0-9x]+)xf32>', text):
        found.setdefault(name, [int(extent) for extent in shape.split("x")])
    return list(found.items())
