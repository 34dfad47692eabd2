# How lit runs the tests of this folder. Substitutions and features are listed in README.md.
import importlib.util
import os
import platform
import shutil
import sys

import lit.formats

config.name = "nnc"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.build_dir, "test")

source, build = config.source_dir, config.build_dir
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(build, "bin"), config.llvm_tools_dir, config.environment["PATH"]])
config.environment["LC_ALL"] = "C.UTF-8"

# The longer name first: lit replaces text.
config.substitutions += [
    ("%build", build),
    ("%data_include", os.path.join(source, "data", "include")),
    ("%data_lib", os.path.join(build, "lib", "libnnc-data.a")),
    ("%runtime_include", os.path.join(source, "runtime", "include")),
    ("%runtime_lib", os.path.join(build, "lib", "libnnc-runtime.a")),
    ("%reference", config.reference_dir),
    ("%examples", os.path.join(source, "examples")),
    ("%models", os.path.join(source, "test", "models")),
    ("%python", sys.executable),
    ("%unit", config.unit_dir),
    ("%cxx", config.cxx_compiler),
    ("%cc", config.c_compiler),
    ("%src", source),
]

# Features: what a test may REQUIRE.
if config.has_compiler:
    config.available_features.add("compiler")
if config.has_data:
    config.available_features.add("data")
if os.path.isdir(os.path.join(config.reference_dir, "seed-net")):
    config.available_features.add("reference")
if os.path.exists(os.path.join(config.unit_dir, "TbbParallelForTest")):
    config.available_features.add("tbb")
if importlib.util.find_spec("numpy") and importlib.util.find_spec("safetensors"):
    config.available_features.add("safetensors-python")
if platform.machine() == "x86_64":
    config.available_features.add("x86_64")

# %gpu runs a program with the software GPU as its CUDA driver, or with the real one.
if os.environ.get("NNC_REAL_GPU") == "1":
    config.substitutions.append(("%gpu", ""))
    config.available_features.add("gpu")
else:
    config.substitutions.append(("%gpu", "env LD_LIBRARY_PATH=" + os.path.join(build, "test", "softgpu")))
    config.available_features |= {"gpu", "softgpu"}

try:
    with open("/proc/cpuinfo") as file:
        flags = next((line.split() for line in file if line.startswith("flags")), [])
except OSError:
    flags = []
if {"avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"} <= set(flags):
    config.available_features.add("x86-64-v3")
    if {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= set(flags):
        config.available_features.add("x86-64-v4")

try:
    os.close(os.openpty()[0])
    config.available_features.add("terminal")
except OSError:
    pass

for feature, program in [("clang-format", "clang-format-22"), ("clang", "clang++-22"), ("git", "git"),
                         ("nvcc", "nvcc"), ("ptxas", "ptxas"), ("nvdisasm", "nvdisasm"), ("qemu-aarch64", "qemu-aarch64-static"),
                         ("aarch64-gcc", "aarch64-linux-gnu-gcc")]:
    if shutil.which(program, path=config.environment["PATH"]):
        config.available_features.add(feature)
