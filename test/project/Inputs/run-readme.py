"""run-readme.py SOURCE FOLDER MODELS: puts the models and programs of SOURCE/README.md into FOLDER and runs its commands.

Not run as they stand: tools/demo (it installs packages; test/project/demo.test runs what it does behind that) and
tools/check (it runs this). PyTorch and Fashion-MNIST are not needed: weights of the same names and shapes and images of
the same size stand in for them."""
import os
import re
import subprocess
import sys

source, folder, models = sys.argv[1:]
sys.path.insert(0, models)
SKIPPED = ("tools/demo", "tools/check", "export PATH")


def main():
    with open(os.path.join(source, "README.md")) as file:
        blocks = re.findall(r"^```(\w+)\n(.*?)^```", file.read(), re.M | re.S)
    for name in ("compiler", "data", "runtime", "examples", "build"):
        os.symlink(os.path.join(source, name) if name != "build" else build_folder(), os.path.join(folder, name))
    # The blocks of each language are these files, in this order.
    files = {"mlir": ["perceptron.mlir"], "cpp": ["network.cpp", "evaluate.cpp", "main.cpp"], "c": ["main.c"]}
    for language, text in blocks:
        if language in files:
            with open(os.path.join(folder, files[language].pop(0)), "w") as file:
                file.write(text)
    assert not any(files.values()), f"README.md has no block for {files}"
    subprocess.run([sys.executable, os.path.join(models, "random-weights.py"), "perceptron.mlir",
                    "perceptron.safetensors"], check=True)
    subprocess.run([sys.executable, os.path.join(models, "make-idx.py"), "images", "28", "28"], check=True)
    os.symlink("images/flat", "fashion-mnist")

    count = 0
    for language, text in blocks:
        for line in text.splitlines() if language == "sh" else []:
            if line.startswith(SKIPPED):
                continue
            print("+", line, flush=True)
            subprocess.run(line, shell=True, check=True)
            count += 1
    assert count >= 8, "the commands of README.md were not found"
    for path in re.findall(r"\]\(([\w./-]+)\)", open(os.path.join(source, "README.md")).read()):
        assert os.path.exists(os.path.join(source, path)), f"README.md leads to {path}, which is not there"
    for path in re.findall(r"^tools/check (\S+)", open(os.path.join(source, "README.md")).read(), re.M):
        assert path == "#" or os.path.exists(os.path.join(source, path)), f"README.md names {path}, which is not there"


def build_folder():
    """Where the tools on the PATH come from."""
    import shutil
    return os.path.dirname(os.path.dirname(shutil.which("nnc-run")))


main()
