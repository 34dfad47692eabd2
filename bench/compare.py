#!/usr/bin/env python3
"""Compares nnc with its peers; bench/run makes what it needs and calls it. --help lists the options.

nnc and the peers take turns: in each round every one is timed once, for all alike the median of the rounds' medians counts,
and a machine whose speed drifts favours nobody. What is done is kept in build/bench-results: a run that was cut off goes on
where it was. nnc and nnc-bench are on the PATH.
"""
import argparse
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.normpath(os.path.join(HERE, "..", "build"))
import report
from engines import Nnc, Peer
from nets import NETS, write_net
from peers import PEERS


def compile_net(folder, name):
    write_net(folder, *NETS[name])
    subprocess.run(["nnc", f"{folder}/net.mlir", "-o", f"{folder}/net.so"], check=True)


def limit_us(entry):
    """The multiply-adds at the peak, those of one sample in their order, or the weights at the read rate: what takes longest."""
    shares = [entry["weights_gbps"] / entry["read_gbps"], entry["chain_us"] / entry["median_us"]]
    if entry["peak_gflops"]:
        shares.append(entry["gflops"] / entry["peak_gflops"])
    return entry["median_us"] * max(shares)


@contextlib.contextmanager
def started(peers, widths, threads, relu_last, options):
    """The peers' processes on one net; says at the end what went wrong in them."""
    engines = {name: Peer(options.python, name, widths, threads, relu_last, options.seconds) for name in peers}
    try:
        yield engines
    finally:
        for name, engine in engines.items():
            engine.close()
            if engine.problem:
                print(f"{name} on {widths}, {threads} threads: {engine.problem}", file=sys.stderr)


def take_turns(engines, batch, rounds):
    """What each engine measured in each round; the rounds begin with another engine each time."""
    results = {name: [] for name in engines}
    for i in range(rounds):
        order = list(engines)[i % len(engines):] + list(engines)[:i % len(engines)]
        for name in order:
            results[name].append(engines[name].measure(batch))
    return results


def medians(results):
    """Of those peers that answered in each round."""
    return {peer: statistics.median(times) for peer, times in results.items() if None not in times}


def measure(name, threads, peers, calls, options):
    """The rows of one net on one number of threads."""
    widths, relu_last = NETS[name]
    rows = []
    with tempfile.TemporaryDirectory() as folder, started(peers, widths, threads, relu_last, options) as others:
        compile_net(folder, name)
        engines = {"nnc": Nnc(folder, threads, options.seconds), **others}
        for batch in map(int, options.batches.split(",")):
            results = take_turns(engines, batch, options.rounds)
            ours = results.pop("nnc")
            rows.append({"net": name, "threads": threads, "batch": batch,
                         "nnc": statistics.median(entry["median_us"] for entry in ours),
                         "limit": statistics.median(limit_us(entry) for entry in ours),
                         "peers": medians(results), "calls": calls})
    return rows


def time_calls(threads, peers, options):
    """Microseconds that each peer's call takes on a net of one weight."""
    with started(peers, "1,1", threads, False, options) as engines:
        return medians(take_turns(engines, 1, options.rounds)) if engines else {}


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
    parser.add_argument("--seconds", type=float, default=0.1, help="for each net, batch and engine in a round")
    parser.add_argument("--rounds", type=int, default=5, help="in which each engine has its turn")
    parser.add_argument("--python", default=sys.executable, help="the peers' Python")
    parser.add_argument("--output", default=os.path.join(BUILD, "bench"), help="folder for RESULTS.md and results.svg (%(default)s)")
    options = parser.parse_args()
    for what, wanted, known in (("net", options.nets, NETS), ("peer", options.peers, PEERS)):
        if unknown := [name for name in wanted.split(",") if name not in known]:
            parser.error(f"unknown {what} {unknown[0]!r}; known are {', '.join(known)}")
    peers, notes = find_peers(options)
    print(*notes, sep="\n", file=sys.stderr)
    key = f"{options.batches}-{options.seconds}-{options.rounds}-{'-'.join(peers)}".replace(" ", "_").replace(",", "_")
    folder, rows = os.path.join(BUILD, "bench-results", key), []
    os.makedirs(folder, exist_ok=True)
    for threads in map(int, options.threads.split(",")):
        calls = kept(f"{folder}/calls-{threads}.json", lambda: time_calls(threads, peers, options))
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
    print(f"The whole is in {options.output}.")


main()
