#!/usr/bin/env python3
"""special-values.py FOLDER: rows of 19 elements (a vector of 16 and a tail) with special values, and what relu, argmax,
softmax, its logarithm and a linear with weights of 1 make of them by definition."""
import os
import sys
from array import array

from modelfiles import write_npy, write_safetensors

INF, NAN, TINY = float("inf"), float("nan"), 2.0 ** -149
WIDTH = 19


def row(**changes):
    values = [0.0] * WIDTH
    for position, value in changes.items():
        values[int(position[1:])] = value
    return values


# (input, argmax, softmax, sum)
SEVENTEENTH = [0.0] * 16 + [1.0, 0.0, 0.0]
CASES = [
    (row(i3=NAN), 3, [NAN] * WIDTH, NAN),
    (row(i18=NAN, i0=INF), 18, [NAN] * WIDTH, NAN),  # in the tail; the infinity is no larger
    (row(i16=INF), 16, [NAN] * WIDTH, INF),  # inf - inf
    ([-INF] * WIDTH, 0, [NAN] * WIDTH, -INF),
    ([-INF] * 16 + [5.0, -INF, -INF], 16, SEVENTEENTH, -INF),
    (row(i0=-0.0), 0, None, 0.0),
    (row(i17=TINY, i2=-TINY), 17, None, 0.0),
    (row(i5=TINY, i18=TINY), 5, None, 2 * TINY),
    (row(i4=200.0), 4, [0.0] * 4 + [1.0] + [0.0] * 14, 200.0),
]


def relu(x):
    return 0.0 if x < 0 else x


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    x = array("f", [value for case in CASES for value in case[0]])
    write_npy(os.path.join(folder, "x.npy"), [len(CASES), WIDTH], x)
    write_npy(os.path.join(folder, "relu.npy"), [len(CASES), WIDTH], array("f", [relu(value) for value in x]))
    write_npy(os.path.join(folder, "class.npy"), [len(CASES)], array("q", [case[1] for case in CASES]))
    write_npy(os.path.join(folder, "sums.npy"), [len(CASES), 1], array("f", [case[3] for case in CASES]))
    # Zeros and subnormals, whose exp is 1, share equally.
    softmax = [value for case in CASES for value in case[2] or [1.0 / WIDTH] * WIDTH]
    write_npy(os.path.join(folder, "softmax.npy"), [len(CASES), WIDTH], array("f", softmax))
    # x - max where one has it all, -log(19) as f32 has it where all share.
    log_softmax = []
    for values, _, probabilities, _ in CASES:
        largest = max(values)
        for i, value in enumerate(values):
            if probabilities is None:
                log_softmax.append(-2.944438934326172)
            elif probabilities[i] != probabilities[i]:
                log_softmax.append(NAN)
            else:
                log_softmax.append(value - largest)
    write_npy(os.path.join(folder, "log_softmax.npy"), [len(CASES), WIDTH], array("f", log_softmax))
    write_safetensors(os.path.join(folder, "ones.safetensors"), {"w": ("F32", [1, WIDTH], array("f", [1.0] * WIDTH).tobytes())})


main()
