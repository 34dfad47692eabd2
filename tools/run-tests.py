#!/usr/bin/env python3
"""Runs lit and counts: run-tests.py BUILD [TEST...], the tests as files or folders below test/.

The last line is `N passed, N failed, N skipped`; the exit code is 0 if none failed and at least one passed.
"""
import json
import os
import subprocess
import sys
import tempfile

PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def find_lit(build):
    with open(os.path.join(build, "test", "lit.site.cfg.py")) as file:
        for line in file:
            if line.startswith("config.llvm_tools_dir"):
                return os.path.join(line.split('"')[1], "lit")
    raise SystemExit("the build has no tests")


def main():
    build, tests = sys.argv[1], sys.argv[2:]
    paths = [os.path.join(build, "test", os.path.relpath(test, "test")) for test in tests]
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "results.json")
        subprocess.run([sys.executable, find_lit(build), "-v", "-o", output] + (paths or [os.path.join(build, "test")]))
        try:
            with open(output) as file:
                codes = [test["code"] for test in json.load(file)["tests"]]
        except OSError:  # lit itself failed
            codes = ["UNRESOLVED"]
    passed = sum(code in PASSED for code in codes)
    skipped = sum(code in SKIPPED for code in codes)
    failed = len(codes) - passed - skipped
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    sys.exit(0 if failed == 0 and passed > 0 else 1)


main()
