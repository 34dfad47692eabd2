"""check-layering.py ROOT: each part of the project includes only what it may; compiler/README.md says why."""
import os
import re
import sys

LLVM = ("mlir/", "llvm/", "lld/")
# Part -> prefixes it may include besides its own files and the standard library's. The longest matching part counts.
ALLOWED = {
    "runtime": ("nnc/", "nlohmann/json.hpp", "xxhash.h"),
    "data": ("nnc/", "zlib.h"),
    "dialects": ("dialects/",) + LLVM,
    "compiler": ("compiler/", "dialects/", "nnc/compile.h") + LLVM,
    "compiler/include": (),
    # The modules use the runtime's public headers: a Tensor is the runtime's.
    "compiler/include/nnc/nn.h": ("nnc/",),
    "compiler/include/nnc/nn": ("nnc/",),
    "compiler/numerics": (),
    "compiler/frontend": ("compiler/numerics/", "dialects/", "nnc/compile.h") + LLVM,
    "compiler/interpreter": ("compiler/numerics/", "compiler/frontend/", "dialects/") + LLVM,
    "compiler/transforms": ("compiler/numerics/", "compiler/frontend/", "dialects/") + LLVM,
    "compiler/codegen": ("compiler/numerics/", "compiler/transforms/", "dialects/", "nnc/abi.h") + LLVM,
    "compiler/linker": ("nnc/abi.h",) + LLVM,
    "compiler/modules": ("compiler/", "dialects/", "nnc/") + LLVM,
    "tools/common": ("nnc/",),
    "tools/nnc": ("tools/common/", "compiler/", "dialects/", "nnc/") + LLVM,
    "tools/nnc-opt": ("compiler/", "dialects/") + LLVM,
    "tools/nnc-bench": ("tools/common/", "nnc/", "nlohmann/json.hpp"),
    "tools/nnc-run": ("tools/common/", "nnc/", "nlohmann/json.hpp"),
}


def part_of(path):
    parts = [part for part in ALLOWED if path.startswith(part + "/") or path == part]
    return max(parts, key=len, default=None)


def problems(root):
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), root)
            part = part_of(path)
            if not part or not name.endswith((".h", ".cpp", ".c", ".td")):
                continue
            with open(os.path.join(root, path)) as file:
                for number, line in enumerate(file, 1):
                    if part.startswith(("compiler", "dialects")) and re.search(r"\bcl::(opt|list)\b|\bgetenv\(", line):
                        yield f"{path}:{number}: flags and environment are read under tools/ only"
                    match = re.match(r'\s*#?include\s*[<"]([^>"]+)[>"]', line)
                    if not match:
                        continue
                    header = match[1]
                    own = header.startswith(part + "/") or os.path.exists(os.path.join(root, part, "src", header))
                    outside = not header.startswith(("nnc/", "compiler/", "data/", "dialects/", "tools/", "runtime/") + LLVM)
                    if not own and not outside and not header.startswith(ALLOWED[part]):
                        yield f"{path}:{number}: {part} may not include {header}"


found = list(problems(sys.argv[1]))
print("\n".join(found))
sys.exit(1 if found else 0)
