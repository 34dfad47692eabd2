"""activations.py FOLDER: a model with every activation, standing alone and in the epilogue of a linear that gives its input
back, and inputs of every kind, as FOLDER/model.mlir, FOLDER/weights.safetensors and FOLDER/x.npy. FOLDER/expect has the
arguments of nnc-run that hold its results to the values of `nnc --trace=FOLDER/trace`.

Also the activations themselves, for other scripts, and what each computes, in f64."""
import math
import os
import random
import re
import struct
import sys
from array import array


def clamp(x, low, high):
    return low if x < low else high if x > high else x


class Activation:
    """An operation with constants, its value for a finite f64 `x`, and the largest |derivative|: infinite for what jumps."""

    def __init__(self, operation, value, slope, /, **constants):
        self.operation, self.value, self.slope = operation, value, slope
        self.constants = constants

    def apply(self, x, type):
        """The text of the operation on the value named `x`."""
        # Defaults are left out, as everywhere.
        constants = ", ".join(f"{name} = {value!r} : f32" if isinstance(value, float) else f'{name} = "{value}"'
                              for name, value in self.constants.items())
        return f"nn.{self.operation} {x} {{{constants}}} : {type}" if constants else f"nn.{self.operation} {x} : {type}"


def exp(x):
    return math.exp(min(x, 700.0))


def sigmoid(x):
    return exp(x) / (1 + exp(x)) if x < 0 else 1 / (1 + exp(-x))


def softplus(x):
    return max(x, 0.0) + math.log1p(exp(-abs(x)))


def gelu_tanh(x):
    return x * sigmoid(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3))


def tanhshrink(x):
    return x ** 3 / 3 - 2 * x ** 5 / 15 + 17 * x ** 7 / 315 if abs(x) < 0.01 else x - math.tanh(x)


# Constants are floats that f32 holds as they are.
ACTIVATIONS = [
    Activation("celu", lambda x: x if x > 0 else math.expm1(x), 1.0),
    Activation("celu", lambda x: x if x > 0 else 2 * math.expm1(x / 2), 1.0, alpha=2.0),
    Activation("elu", lambda x: x if x > 0 else math.expm1(x), 1.0),
    Activation("elu", lambda x: x if x > 0 else -0.5 * math.expm1(x), 1.0, alpha=-0.5),
    Activation("gelu", lambda x: x * math.erfc(-x * math.sqrt(0.5)) / 2, 1.2),
    Activation("gelu", gelu_tanh, 1.2, approximate="tanh"),
    Activation("hardshrink", lambda x: 0.0 if -0.5 <= x <= 0.5 else x, math.inf),
    Activation("hardshrink", lambda x: 0.0 if -0.125 <= x <= 0.125 else x, math.inf, lambd=0.125),
    Activation("hardsigmoid", lambda x: clamp(x + 3, 0, 6) / 6, 1 / 6),
    Activation("hardswish", lambda x: x * clamp(x + 3, 0, 6) / 6, 1.5),
    Activation("hardtanh", lambda x: clamp(x, -1, 1), 1.0),
    Activation("hardtanh", lambda x: clamp(x, -0.25, 2), 1.0, min_val=-0.25, max_val=2.0),
    Activation("leaky_relu", lambda x: x if x > 0 else x * struct.unpack("f", struct.pack("f", 0.01))[0], 1.0),
    Activation("leaky_relu", lambda x: x if x > 0 else x * -0.25, 1.0, negative_slope=-0.25),
    Activation("logsigmoid", lambda x: -softplus(-x), 1.0),
    Activation("mish", lambda x: x * math.tanh(softplus(x)), 1.1),
    Activation("relu", lambda x: max(x, 0.0), 1.0),
    Activation("relu6", lambda x: clamp(x, 0, 6), 1.0),
    Activation("selu", lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * math.expm1(x)), 1.8),
    Activation("sigmoid", sigmoid, 0.25),
    Activation("silu", lambda x: x * sigmoid(x), 1.1),
    Activation("softplus", lambda x: x if x > 20 else softplus(x), 1.0),
    Activation("softplus", lambda x: x if 2 * x > 30 else softplus(2 * x) / 2, 1.0, beta=2.0, threshold=30.0),
    Activation("softshrink", lambda x: x - clamp(x, -0.5, 0.5), 1.0),
    Activation("softshrink", lambda x: x, 1.0, lambd=0.0),
    Activation("softsign", lambda x: x / (1 + abs(x)), 1.0),
    Activation("tanh", math.tanh, 1.0),
    Activation("tanhshrink", tanhshrink, 1.0),
    Activation("threshold", lambda x: x if x > 0.25 else -20.0, math.inf, threshold=0.25, value=-20.0),
]


def find(operation, text):
    """The activation above that is `operation` with the constants in `text`, or None."""
    constants = {name: value[1:-1] if value[0] == '"' else float(value)
                 for name, value in re.findall(r'(\w+) = ("[^"]*"|[^,} ]+(?= : f32))', text)}
    return next((activation for activation in ACTIVATIONS
                 if activation.operation == operation and activation.constants == constants), None)


def inputs():
    """Special values, every exponent, neighbours of where functions change, and ordinary numbers."""
    tiny, smallest, largest = 2.0 ** -149, 2.0 ** -126, struct.unpack("f", b"\xff\xff\x7f\x7f")[0]
    values = [math.nan, math.inf, -math.inf, 0.0, -0.0, tiny, -tiny, smallest, -smallest, largest, -largest]
    generator = random.Random(4)
    for exponent in range(-149, 128):
        values += [sign * min(generator.uniform(1, 2) * 2.0 ** exponent, largest) for sign in (1, -1)]
    for edge in [0.125, 0.25, 0.5, 1, 2, 3, 6, 9, 14.5, 17, 20, 40, 44, 87.34, 88.73, 103.98, 104]:
        (bits,) = struct.unpack("i", struct.pack("f", edge))
        near = [struct.unpack("f", struct.pack("i", bits + step))[0] for step in (-1, 0, 1)]
        values += near + [-value for value in near]
    values += [generator.uniform(-1, 1) * scale for scale in (1, 4, 20, 110) for _ in range(700)]
    return values


WIDTH = 37  # whole vectors and a tail for every vector width


def write_model(folder, write_safetensors):
    narrow, wide, weight, bias = "tensor<?x1xf32>", f"tensor<?x{WIDTH}xf32>", f"tensor<{WIDTH}x1xf32>", f"tensor<{WIDTH}xf32>"
    lines, results, weights, expected = [f'%b = nn.parameter "zeros" : {bias}'], [], {}, []
    for i, activation in enumerate(ACTIVATIONS):
        # A weight for each, or the equal linears would be one, with many users and no epilogue.
        lines += [f'%w{i} = nn.parameter "ones.{i}" : {weight}',
                  f"%a{i} = {activation.apply('%x', narrow)}",
                  f"%l{i} = nn.linear %x, %w{i}, %b : ({narrow}, {weight}, {bias}) -> {wide}",
                  f"%e{i} = {activation.apply(f'%l{i}', wide)}"]
        weights[f"ones.{i}"] = ("F32", [WIDTH, 1], array("f", [1.0] * WIDTH).tobytes())
        results += [(f"%a{i}", narrow, f"alone{i}"), (f"%e{i}", wide, f"fused{i}")]
        # Value 0 is %x, value k what line k - 1 defines.
        expected += [f"--expect={name}={folder}/trace/{len(lines) - line:03}-{activation.operation}.npy"
                     for name, line in ((f"alone{i}", 2), (f"fused{i}", 0))]
    # x * 1 + -0 is x, the sign of a zero included.
    weights["zeros"] = ("F32", [WIDTH], array("f", [-0.0] * WIDTH).tobytes())
    write_safetensors(os.path.join(folder, "weights.safetensors"), weights)
    with open(os.path.join(folder, "expect"), "w") as file:
        file.write(" ".join(expected))
    body = "\n".join("    " + line for line in lines)
    types = ", ".join(f'{type} {{nn.name = "{name}"}}' for _, type, name in results)
    with open(os.path.join(folder, "model.mlir"), "w") as file:
        file.write(f"module @Activations {{\n  func.func @forward(%x: {narrow}) -> ({types}) {{\n{body}\n"
                   f"    return {', '.join(value for value, _, _ in results)} : "
                   f"{', '.join(type for _, type, _ in results)}\n  }}\n}}\n")


def main():
    from modelfiles import write_npy, write_safetensors
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    x = inputs()
    write_npy(os.path.join(folder, "x.npy"), [len(x), 1], array("f", x))
    write_model(folder, write_safetensors)


if __name__ == "__main__":
    main()
