"""assemble.py PTX... ARCH...: assembles every kernel of each PTX with ptxas for each ARCH (sm_80, ...) and prints, one line
a kernel:

    arch  kernel  registers  shared bytes  spilled bytes  instructions of the k loop  share of multiply-adds in it, and of cycles

The k loop is the loop with the most FFMA; its columns need nvdisasm (PyPI has it: nvidia-cuda-nvdisasm) and are "-" without.
Cycles are what issuing its instructions takes if nothing is waited for (`cycles`): what a GPU with enough warps comes close to.
Fails where a kernel spills, uses local memory or takes more than 128 registers, and, with --ffma=REGEX:PERCENT, where the
k loop of a kernel with such a name has less than PERCENT of FFMA. An ARCH that this ptxas does not know is left out.

With --table it prints a Markdown table instead, a row for all kernels that take the same.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

MAX_REGISTERS = 128


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def resources(log):
    """Kernel -> (registers, shared bytes, bytes spilled or on the stack), from what `ptxas -v` says."""
    kernels = {}
    for part in re.split(r"Compiling entry function '", log)[1:]:
        name = part[:part.index("'")]
        memory = sum(map(int, re.findall(r"(\d+) bytes (?:stack frame|spill stores|spill loads|lmem)", part)))
        shared = re.search(r"(\d+) bytes smem", part)
        kernels[name] = (int(re.search(r"Used (\d+) registers", part)[1]), int(shared[1]) if shared else 0, memory)
    return kernels


def cycles(instructions):
    """One for each, and for a multiply-add as many as operands that it reads from one bank of registers, the even ones or the
    odd ones. What the one before had in the same place and kept (.reuse) is not read again."""
    count, kept = 0, {}
    for opcode, text in instructions:
        operands = [re.match(r"[|-]*R(\d+)", operand.strip()) for operand in text.split(",")[1:]]
        banks = [int(match[1]) % 2 for i, match in enumerate(operands) if match and kept.get(i) != match[1]]
        is_fma = opcode.startswith("FFMA")
        count += max(1, banks.count(0), banks.count(1)) if is_fma else 1
        kept = {i: match[1] for i, match in enumerate(operands)
                if match and ".reuse" in text.split(",")[i + 1]} if is_fma else {}
    return count


def k_loop(instructions, labels):
    """(instructions, multiply-adds, cycles) of the backward branch around the most multiply-adds."""
    best = (0, 0, 0)
    for end, (_, text) in enumerate(instructions):
        target = re.search(r"`\((\.L_\w+)\)", text)
        start = labels.get(target[1], end) if target else end
        if start >= end:
            continue
        multiply_adds = sum(opcode.startswith("FFMA") for opcode, _ in instructions[start:end + 1])
        if multiply_adds > best[1]:
            best = (end + 1 - start, multiply_adds, cycles(instructions[start:end + 1]))
    return best


def loops(sass):
    """Kernel -> k_loop, from what `nvdisasm -c` prints."""
    found = {}
    for part in re.split(r"^\s*\.text\.(?=\w+:)", sass, flags=re.M)[1:]:
        instructions, labels = [], {}
        for line in part.splitlines():
            label = re.match(r"\s*(\.L_\w+):", line)
            if label:
                labels[label[1]] = len(instructions)
            code = re.match(r"\s*/\*[0-9a-f]{4,}\*/\s+(.*?);", line)
            if code:
                text = code[1].strip(" {")
                instructions.append((re.sub(r"^@!?U?P\w+\s+", "", text).split()[0], text))
        found[part[:part.index(":")]] = k_loop(instructions, labels)
    return found


parser = argparse.ArgumentParser()
parser.add_argument("inputs", nargs="+", metavar="PTX or ARCH")
parser.add_argument("--table", action="store_true")
parser.add_argument("--ffma", action="append", default=[])
arguments = parser.parse_args()
bounds = [bound.rsplit(":", 1) for bound in arguments.ffma]
disassembles = shutil.which("nvdisasm") is not None
archs = [name for name in arguments.inputs if name.startswith("sm_")]
problems, table = [], {}


def say(line):
    if not arguments.table:
        print(line)


def print_table():
    rows = {}
    for name, columns in table.items():
        registers, shared, loop = zip(*columns.values())
        row = (" / ".join(registers), " / ".join(dict.fromkeys(shared)), " / ".join(dict.fromkeys(loop)))
        rows.setdefault(row, []).append(f"`{name}`")
    known = " / ".join(arch[3:] for arch in archs)
    print(f"| kernel | registers, sm_{known} | shared bytes | k loop: FFMA % of instructions, of cycles |\n|---|---|---|---|")
    for columns, names in sorted(rows.items(), key=lambda row: row[1]):
        print("| " + " | ".join((", ".join(names), *columns)) + " |")


say(f"{'arch':8}{'kernel':40}{'registers':>10}{'shared':>8}{'spilled':>8}{'k loop':>8}{'FFMA %':>8}{'cycles %':>10}")
with tempfile.TemporaryDirectory() as folder:
    cubin = os.path.join(folder, "cubin")
    for arch, ptx in [(arch, ptx) for arch in archs for ptx in arguments.inputs if ptx not in archs]:
        assembled = run("ptxas", "-v", f"-arch={arch}", ptx, "-o", cubin)
        if assembled.returncode != 0 and "is not defined for option 'gpu-name'" in assembled.stdout:
            say(f"{arch:8}this ptxas does not know it")
            continue
        if assembled.returncode != 0:
            sys.exit(assembled.stdout)
        shares = loops(run("nvdisasm", "-c", cubin).stdout) if disassembles else {}
        for name, (registers, shared, spilled) in sorted(resources(assembled.stdout).items()):
            length, multiply_adds, issued = shares.get(name, (0, 0, 0))
            share, busy = (100 * multiply_adds / length, 100 * multiply_adds / issued) if multiply_adds else (0, 0)
            columns = f"{length:8}{share:8.1f}{busy:10.1f}" if length else f"{'-':>8}{'-':>8}{'-':>10}"
            say(f"{arch:8}{name:40}{registers:10}{shared:8}{spilled:8}{columns}")
            of_name = table.setdefault(name, {})
            of_name[arch] = (str(registers), str(shared), f"{share:.1f} % of {length}, {busy:.0f} %" if length else "-")
            if spilled or registers > MAX_REGISTERS:
                problems.append(f"{arch}: {name}: {registers} registers, {spilled} bytes spilled or on the stack")
            for regex, percent in bounds:
                if re.search(regex, name) and share < float(percent):
                    problems.append(f"{arch}: {name}: {share:.1f} % of the k loop are FFMA, expected {percent} %")
if arguments.table:
    print_table()
print("\n".join(problems))
sys.exit(1 if problems else 0)
