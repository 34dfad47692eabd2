#!/usr/bin/env python3
"""Compares nnc with its peers; bench/run makes what it needs and calls it. --help lists the options.

For each net and number of threads nnc runs before and after every peer, and its medians' median counts, so that a machine
whose speed drifts favours nobody. What is done is kept in build/bench-results: a run that was cut off goes on where it was.
nnc and nnc-bench are on the PATH.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(HERE, "..", "build")
import report
from nets import NETS, write_net
from peers import PEERS

MOST_SECONDS = 300  # of one peer on one net


def compile_net(folder, name):
    write_net(folder, *NETS[name])
    subprocess.run(["nnc", f"{folder}/net.mlir", "-o", f"{folder}/net.so"], check=True)


def run_nnc(folder, threads, options):
    path = os.path.join(folder, "result.json")
    command = ["nnc-bench", f"{folder}/net.so", "-w", f"{folder}/net.safetensors", "-b", options.batches, "--threads",
               str(threads), "--seconds", str(options.seconds), "--json", path]
    if threads == 1:
        command = ["taskset", "-c", str(min(os.sched_getaffinity(0)))] + command
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(path) as file:
        return {entry["batch"]: entry for entry in json.load(file)}


def run_peer(peer, widths, threads, batches, relu_last, options):
    """Median microseconds by batch; what a peer did not manage is left out and said."""
    command = [options.python, os.path.join(HERE, "peer.py"), peer, widths, str(threads), batches, str(options.seconds)]
    try:
        run = subprocess.run(command + (["--relu-last"] if relu_last else []), capture_output=True, text=True,
                             timeout=MOST_SECONDS)
        output, problem = run.stdout, run.stderr.strip().splitlines()[-1:] if run.returncode else None
    except subprocess.TimeoutExpired as expired:
        output, problem = (expired.stdout or b"").decode(), f"more than {MOST_SECONDS} seconds"
    if problem is not None:
        print(f"{peer} on {widths}, {threads} threads: {problem}", file=sys.stderr)
    lines = (json.loads(line) for line in output.splitlines() if line.startswith('{"batch"'))
    return {entry["batch"]: entry["median_us"] for entry in lines}


def limit_us(entry):
    """The multiply-adds at the peak, those of one sample in their order, or the weights at the read rate: what takes longest."""
    shares = [entry["weights_gbps"] / entry["read_gbps"], entry["chain_us"] / entry["median_us"]]
    if entry["peak_gflops"]:
        shares.append(entry["gflops"] / entry["peak_gflops"])
    return entry["median_us"] * max(shares)


def measure(name, threads, peers, calls, options):
    """The rows of one net on one number of threads."""
    widths, relu_last = NETS[name]
    with tempfile.TemporaryDirectory() as folder:
        compile_net(folder, name)
        ours, theirs = [run_nnc(folder, threads, options)], {}
        for peer in peers:
            theirs[peer] = run_peer(peer, widths, threads, options.batches, relu_last, options)
            ours.append(run_nnc(folder, threads, options))
    return [{"net": name, "threads": threads, "batch": batch,
             "nnc": statistics.median(run[batch]["median_us"] for run in ours),
             "limit": statistics.median(limit_us(run[batch]) for run in ours),
             "peers": {peer: times[batch] for peer, times in theirs.items() if batch in times}, "calls": calls}
            for batch in map(int, options.batches.split(","))]


def find_peers(options):
    """The wanted peers that can be imported, and a sentence for each that cannot."""
    found, notes = [], []
    for peer in options.peers.split(","):
        if subprocess.run([options.python, "-c", f"import {PEERS[peer][1]}"], capture_output=True).returncode == 0:
            found.append(peer)
        else:
            notes.append(f"{peer} could not be imported and is left out.")
    return found, notes


def kept(path, make):
    """What `make` gives, or gave before the run was cut off."""
    if not os.path.exists(path):
        value = make()
        with open(path + ".part", "w") as file:
            json.dump(value, file)
        os.rename(path + ".part", path)
    with open(path) as file:
        return json.load(file)


def main():
    parser = argparse.ArgumentParser(description="compares nnc with its peers")
    parser.add_argument("--nets", default=",".join(NETS))
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--batches", default="1,8,64,256,1024")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--seconds", type=float, default=0.3, help="for each net, batch and peer")
    parser.add_argument("--python", default=sys.executable, help="the peers' Python")
    parser.add_argument("--output", default=HERE, help="folder for RESULTS.md and results.svg")
    options = parser.parse_args()
    for what, wanted, known in (("net", options.nets, NETS), ("peer", options.peers, PEERS)):
        if unknown := [name for name in wanted.split(",") if name not in known]:
            parser.error(f"unknown {what} {unknown[0]!r}; known are {', '.join(known)}")
    peers, notes = find_peers(options)
    print(*notes, sep="\n", file=sys.stderr)
    key = f"{options.batches}-{options.seconds}-{'-'.join(peers)}".replace(" ", "_").replace(",", "_")
    folder, rows = os.path.join(BUILD, "bench-results", key), []
    os.makedirs(folder, exist_ok=True)
    for threads in map(int, options.threads.split(",")):
        calls = kept(f"{folder}/calls-{threads}.json", lambda: {
            peer: run_peer(peer, "1,1", threads, "1", False, options).get(1, 0) for peer in peers})
        for name in options.nets.split(","):
            print(f"{name}, {threads} threads", file=sys.stderr, flush=True)
            new = kept(f"{folder}/{name}-{threads}.json", lambda: measure(name, threads, peers, calls, options))
            print(report.table(new, peers), flush=True)
            rows += new
    os.makedirs(options.output, exist_ok=True)
    command = re.sub(r" --(python|output)[ =]\S+", "", " ".join(["bench/run", *sys.argv[1:]]))
    for file_name, text in (("RESULTS.md", report.text(rows, peers, notes, command)), ("results.svg", report.plot(rows))):
        with open(os.path.join(options.output, file_name), "w") as file:
            file.write(text)
    shutil.rmtree(folder)


main()
