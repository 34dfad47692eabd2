"""The nets that are measured: their text and random weights."""
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test", "models"))
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


def write_net(folder, widths, relu_last=False):
    """net.mlir and net.safetensors."""
    text = model_text([int(width) for width in widths.split(",")], relu_last)
    with open(f"{folder}/net.mlir", "w") as file:
        file.write(text)
    generator = random.Random(0)
    write_safetensors(f"{folder}/net.safetensors",
                      {key: ("F32", shape, random_weights(generator, shape)) for key, shape in parameters_of(text)})
