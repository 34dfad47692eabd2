"""examples.py FILE...: the mlir blocks of Markdown files as one input for nnc-opt --split-input-file. A block that is not a
module becomes the body of a function, with an argument for each value that it uses and does not define."""
import re
import sys

# What the examples call the values they do not define.
TYPES = {"x": "tensor<?x28x28xf32>", "1": "tensor<?x512xf32>", "2": "tensor<?x10xf32>", "3": "tensor<?x10xf32>"}
LINEAR = {"x": "tensor<?x784xf32>", "w": "tensor<512x784xf32>", "b": "tensor<512xf32>"}

chunks = []
for path in sys.argv[1:]:
    with open(path) as file:
        blocks = re.findall(r"^```mlir\n(.*?)^```", file.read(), re.M | re.S)
    for block in blocks:
        if block.startswith("module"):
            chunks.append(block)
            continue
        defined = set(re.findall(r"%(\w+) =", block))
        used = [name for name in dict.fromkeys(re.findall(r"%(\w+)", block)) if name not in defined]
        types = LINEAR if "nn.linear" in block else TYPES
        arguments = ", ".join(f"%arg_{name}: {types[name]}" for name in used)
        body = re.sub(r"%(\w+)", lambda match: f"%arg_{match[1]}" if match[1] in used else f"%v{match[1]}", block)
        chunks.append(f"func.func @example({arguments}) {{\n{body}\n  return\n}}\n")
print("// -----\n".join(chunks))
