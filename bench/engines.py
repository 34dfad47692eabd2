"""What is timed, nnc and its peers: one measurement at a time, so that they can take turns.

Each peer is a process of its own, which peer.py runs; it is stopped while others are timed, and so are its threads.
"""
import json
import os
import select
import signal
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PREPARING_SECONDS = 300  # the most that a peer may take for one answer, its compilation included


class Nnc:
    """A compiled net; nnc-bench is started anew for each measurement."""

    def __init__(self, folder, threads, seconds):
        self.result = os.path.join(folder, "result.json")
        self.command = ["nnc-bench", f"{folder}/net.so", "-w", f"{folder}/net.safetensors", "--threads", str(threads),
                        "--seconds", str(seconds), "--json", self.result]
        if threads == 1:
            self.command = ["taskset", "-c", str(min(os.sched_getaffinity(0)))] + self.command

    def measure(self, batch):
        """nnc-bench's object: median_us, peak_gflops, ..."""
        subprocess.run(self.command + ["-b", str(batch)], check=True, stdout=subprocess.DEVNULL)
        with open(self.result) as file:
            return json.load(file)[0]


class Peer:
    def __init__(self, python, name, widths, threads, relu_last, seconds):
        self.problem, self.errors = None, tempfile.TemporaryFile("w+")
        command = [python, os.path.join(HERE, "peer.py"), name, widths, str(threads), str(seconds)]
        self.process = subprocess.Popen(command + ["--relu-last"] * relu_last, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.errors, bufsize=0)
        self.process.send_signal(signal.SIGSTOP)

    def measure(self, batch):
        """Median microseconds, or None once the peer has failed; `problem` says why."""
        if self.problem:
            return None
        self.process.send_signal(signal.SIGCONT)
        try:
            self.process.stdin.write(f"{batch}\n".encode())
            median = self._answer()
        except BrokenPipeError:
            median = None
        if median is None:
            self._fail()
        else:
            self.process.send_signal(signal.SIGSTOP)
        return median

    def _answer(self):
        """What peer.py prints last; libraries may print before."""
        while True:
            ready, _, _ = select.select([self.process.stdout], [], [], PREPARING_SECONDS)
            line = self.process.stdout.readline() if ready else b""
            if not line:
                self.problem = None if ready else f"more than {PREPARING_SECONDS} seconds"
                return None
            if line.startswith(b'{"median_us"'):
                return json.loads(line)["median_us"]

    def _fail(self):
        self.process.kill()
        self.process.wait()
        self.errors.seek(0)
        said = self.errors.read().strip().splitlines()
        errors = [line for line in said if "error" in line.lower()] or said[-1:]
        self.problem = self.problem or (errors[0] if errors else f"exit status {self.process.returncode}")

    def close(self):
        self.process.kill()
        self.process.wait()
        self.errors.close()
