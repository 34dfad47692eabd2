"""compare-linears.py FOLDER ROWS LAYER...: linears of LAYER, "INxOUT" or "INxOUT:relu", on ROWS ("1,127,300") rows with special
values among them: the GPU's bits against the CPU's, which other tests hold against the interpreter. A NaN equals any NaN.

NNC_GPU_RUN is what runs a program with a GPU, empty for a real one.
"""
import os
import random
import struct
import subprocess
import sys
from array import array

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../../../models"))
from modelfiles import random_weights, read_npy, write_npy, write_safetensors  # noqa: E402

SPECIAL = [float("inf"), float("-inf"), float("nan"), -0.0, 0.0, 2.0**-149, -(2.0**-130), 3.4e38, -3.4e38]


def model_text(layers):
    """Every layer by itself, an input and a result each; one without a bias where IN is even."""
    inputs, results, body = [], [], []
    for i, (k, n, activation) in enumerate(layers):
        x, y = f"tensor<?x{k}xf32>", f"tensor<?x{n}xf32>"
        inputs.append(f"%x{i}: {x}")
        results.append(y)
        body.append(f'%w{i} = nn.parameter "{i}.weight" : tensor<{n}x{k}xf32>')
        bias, bias_type = "", ""
        if k % 2 == 1:
            body.append(f'%b{i} = nn.parameter "{i}.bias" : tensor<{n}xf32>')
            bias, bias_type = f", %b{i}", f", tensor<{n}xf32>"
        body.append(f"%l{i} = nn.linear %x{i}, %w{i}{bias} : ({x}, tensor<{n}x{k}xf32>{bias_type}) -> {y}")
        body.append(f"%y{i} = nn.{activation} %l{i} : {y}" if activation else "")
    returned = ", ".join(f"%{'y' if layer[2] else 'l'}{i}" for i, layer in enumerate(layers))
    return "\n".join(["module @Linears {", f"func.func @forward({', '.join(inputs)}) -> ({', '.join(results)}) {{"] + body +
                     [f"return {returned} : {', '.join(results)}", "}", "}", ""])


def weights_of(generator, layers):
    tensors = {}
    for i, (k, n, _) in enumerate(layers):
        tensors[f"{i}.weight"] = ("F32", (n, k), random_weights(generator, (n, k)))
        if k % 2 == 1:
            tensors[f"{i}.bias"] = ("F32", (n,), random_weights(generator, (n,)))
    return tensors


def rows_of(generator, rows, k):
    """A third of the rows have special values, so that there are rows without."""
    elements = array("f", (generator.gauss(0, 1) for _ in range(rows * k)))
    for row in range(0, rows, 3):
        elements[row * k + generator.randrange(k)] = generator.choice(SPECIAL)
    return elements


def differences(path, expected_path):
    (shape, actual), (_, expected) = read_npy(path), read_npy(expected_path)
    return [(i // shape[1], i % shape[1]) for i, (x, y) in enumerate(zip(actual, expected))
            if struct.pack("f", x) != struct.pack("f", y) and not (x != x and y != y)]


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


folder, row_counts = sys.argv[1], [int(rows) for rows in sys.argv[2].split(",")]
layers = []
for layer in sys.argv[3:]:
    shape, _, activation = layer.partition(":")
    layers.append((*map(int, shape.split("x")), activation))
gpu = os.environ["NNC_GPU_RUN"].split()
generator = random.Random(6)
os.makedirs(folder, exist_ok=True)
model, weights, library = (os.path.join(folder, name) for name in ("model.mlir", "weights.safetensors", "model.so"))
with open(model, "w") as file:
    file.write(model_text(layers))
write_safetensors(weights, weights_of(generator, layers))
run("nnc", model, "--device=cpu,cuda", "-o", library)
failed = False
for rows in row_counts:
    for i, (k, _, _) in enumerate(layers):
        write_npy(os.path.join(folder, f"x{i}.npy"), (rows, k), rows_of(generator, rows, k))
    inputs = [argument for i in range(len(layers)) for argument in ("-i", f"x{i or ''}={folder}/x{i}.npy")]
    for device, prefix in (("cpu", []), ("cuda", gpu)):
        outputs = [argument for i in range(len(layers)) for argument in ("-o", f"y{i or ''}={folder}/{device}{i}.npy")]
        run(*prefix, "nnc-run", library, "-w", weights, f"--device={device}", *inputs, *outputs)
    for i, (k, n, _) in enumerate(layers):
        wrong = differences(f"{folder}/cuda{i}.npy", f"{folder}/cpu{i}.npy")
        print(f"{rows} rows of {k}x{n}: " + (f"{len(wrong)} differ, the first at {wrong[0]}" if wrong else "equal"))
        failed |= bool(wrong)
sys.exit(failed)
