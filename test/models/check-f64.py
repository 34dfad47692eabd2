#!/usr/bin/env python3
"""check-f64.py MODEL.mlir TRACE [RESULT=FILE.npy...]: holds every value that `nnc --trace=TRACE MODEL.mlir` wrote, and
results from elsewhere, to the bounds of f64_reference.py. It keeps the definition of the arithmetic itself honest, so it
shares nothing with nnc but the model's text as `nnc --emit=nn` prints it. Each operation is checked twice: alone, on the
values it was given, and with the errors of all before it. What is not finite or nearly overflows is skipped, and counted."""
import os
import re
import subprocess
import sys

from activations import find
from f64_reference import elementwise, linear, log_softmax, rows_along, softmax
from modelfiles import read_npy

LARGEST = 2.0 ** 127


def finite(value):
    return abs(value) < LARGEST  # False for NaN


class Check:
    def __init__(self):
        self.compared, self.skipped, self.share, self.problems = 0, 0, 0.0, []

    def close(self, what, actual, expected, error):
        for i, (a, y, e) in enumerate(zip(actual, expected, error)):
            if not (finite(y) and finite(e) and finite(abs(y) + e)):
                self.skipped += 1
                continue
            self.compared += 1
            difference = abs(a - y)
            if not difference <= e:  # true of NaN as well
                self.problems.append(f"{what}: element {i} is {a!r}, f64 has {y!r}, and the bound is {e:.3g}")
            elif e:
                self.share = max(self.share, difference / e)

    def largest(self, what, indices, shape, x, error, dim):
        for index, row in zip(indices, rows_along(shape, dim)):
            if not all(finite(x[i]) for i in row):
                self.skipped += 1
                continue
            self.compared += 1
            if not 0 <= index < len(row):
                self.problems.append(f"{what}: {index} is no index")
                continue
            chosen = row[index]
            # The first of the best without errors; with them, any that could be.
            for position, i in enumerate(row):
                if x[i] - error[i] > x[chosen] + error[chosen] or (
                        position < index and not error[i] and not error[chosen] and x[i] == x[chosen]):
                    self.problems.append(f"{what}: {index} was chosen, {position} is better")
                    break


def attribute(text, name, default):
    match = re.search(rf"\b{name} = (-?\d+) : i64", text)
    return int(match[1]) if match else default


def main():
    model, folder = sys.argv[1:3]
    text = subprocess.run(["nnc", "--emit=nn", model, "-o", "-"], check=True, capture_output=True, text=True).stdout
    # In the order of the text; the number in front of a file's name is the order, and has three digits or more.
    files = sorted(os.listdir(folder), key=lambda name: int(name.split("-")[0]))
    traced = iter(read_npy(os.path.join(folder, name)) for name in files)
    signature, *lines = text[text.index("@forward("):].splitlines()

    check, shapes, actual, exact = Check(), {}, {}, {}

    def define(name, shape, values, expected=None, error=None):
        shapes[name], actual[name] = list(shape), list(values)
        exact[name] = expected or actual[name], error or [0.0] * len(values)

    for name in re.findall(r"(%\w+): tensor", signature.split("->")[0]):
        define(name, *next(traced))
    results = []
    for line in lines:
        if match := re.match(r"\s*return (%[^:]*) :", line):
            results = match[1].split(", ")
        match = re.match(r"\s*(%\w+) = nn\.(\w+) (.*)", line)
        if not match:
            continue
        name, op, rest = match.groups()
        shape, values = next(traced)
        operands = re.findall(r"%\w+", rest.split(" : ")[0])
        if op == "parameter":
            define(name, shape, values)
            continue
        x = operands[0]
        what = f"{name} = nn.{op}"
        if op == "argmax":
            dim = attribute(rest, "dim", -1)
            check.largest(what + " alone", values, shapes[x], actual[x], [0.0] * len(actual[x]), dim)
            check.largest(what, values, shapes[x], *exact[x], dim)
            define(name, shape, values)
            continue
        functions = {
            "linear": lambda x_, e: linear(shapes[x], x_, e, actual[operands[1]],
                                           actual[operands[2]] if len(operands) > 2 else [0.0] * shape[-1]),
            "flatten": lambda x_, e: (x_, e),
            "log_softmax": lambda x_, e: log_softmax(shapes[x], x_, e, attribute(rest, "dim", -1)),
            "softmax": lambda x_, e: softmax(shapes[x], x_, e, attribute(rest, "dim", -1)),
        }
        activation = find(op, rest.split(" : tensor")[0])
        if activation:
            functions[op] = lambda x_, e: elementwise(activation, x_, e)
        if op not in functions:
            sys.exit(f"check-f64.py: nn.{op} has no f64 definition here")
        check.close(what + " alone", values, *functions[op](actual[x], [0.0] * len(actual[x])))
        expected, error = functions[op](*exact[x])
        check.close(what, values, expected, error)
        define(name, shape, values, expected, error)
    assert next(traced, None) is None, "the trace has values that the model has not"

    names = re.findall(r'nn\.name = "([^"]*)"', signature.split("->")[1])
    for argument in sys.argv[3:]:
        name, file = argument.split("=", 1)
        value = results[names.index(name)]
        shape, values = read_npy(file)
        if list(shape) != shapes[value]:
            check.problems.append(f"{name}: has shape {list(shape)}, the trace has {shapes[value]}")
        check.close(f"result {name}", values, *exact[value])

    for problem in check.problems[:20]:
        print(problem)
    print(f"{check.compared} elements compared, {check.skipped} skipped, {len(check.problems)} outside their bound; "
          f"largest share of a bound: {check.share:.4f}")
    sys.exit(1 if check.problems or not check.compared else 0)


main()
