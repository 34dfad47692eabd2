#!/usr/bin/env python3
"""reductions.py FILE: a model of softmax, log_softmax and argmax along the dimension marked with * of many shapes: rows that lie
side by side and that do not, fewer of them than a vector has lanes, as many, more; of fewer elements than there are
partial sums, of whole vectors and of a rest."""
import sys

SHAPES = ["1*", "7*", "16*", "17*", "33*", "64*", "83*", "1*x40", "5*x2", "37*x3", "83*x7", "3*x8", "10*x16", "16*x17",
          "33*x15", "21*x64", "47*x69", "5x9*x31", "3x4x35*"]

arguments, operations, results = [], [], []
for number, marked in enumerate(SHAPES):
    extents = ["?"] + marked.split("x")
    dim = next(i for i, extent in enumerate(extents) if extent.endswith("*"))
    shape = "x".join(extents).replace("*", "")
    row = "x".join(extents[:dim] + extents[dim + 1:])
    arguments.append(f"%x{number}: tensor<{shape}xf32>")
    for operation, result in (("softmax", f"{shape}xf32"), ("log_softmax", f"{shape}xf32"), ("argmax", f"{row}xi64")):
        types = f"(tensor<{shape}xf32>) -> tensor<{result}>" if operation == "argmax" else f"tensor<{result}>"
        operations.append(f"%{operation}{number} = nn.{operation} %x{number} {{dim = {dim} : i64}} : {types}")
        results.append((f"%{operation}{number}", f"tensor<{result}>"))
values, types = (", ".join(column) for column in zip(*results))
body = "\n  ".join(operations + [f"return {values} : {types}"])
with open(sys.argv[1], "w") as file:
    file.write(f"func.func @forward({', '.join(arguments)}) -> ({types}) {{\n  {body}\n}}\n")
