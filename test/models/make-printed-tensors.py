#!/usr/bin/env python3
"""make-printed-tensors.py > test/runtime/Inputs/printed-tensors.txt: how PyTorch prints tensors. Needs torch; the file in the
repository was made with 2.15. test/runtime/print-tensors.cpp makes the same tensors."""
import math

import torch

SHAPES = [(), (1,), (7,), (30,), (1001,), (2, 3), (3, 30), (300, 5), (2, 3, 4), (11, 4, 23), (2, 1, 3, 4), (1, 8, 2, 100)]
EMPTY = [(0,), (2, 0), (3, 0, 2), (0, 1, 2, 3)]


def numbers(shape):
    """Whole numbers from -50 to 50 that look disordered."""
    return (torch.arange(math.prod(shape)) * 37 % 101 - 50).reshape(shape)


for shape in SHAPES:
    for factor in [1, 0.25, 1e-3, 1e-6, 1e-39, 12345, 3e7, 1e30]:
        print(numbers(shape).float() * torch.tensor(factor, dtype=torch.float32))
    for factor in [1, 1000, 10**15]:
        print(numbers(shape) * factor)
    # Every third element is not finite; the others decide about the columns.
    x = numbers(shape).float() * 0.5
    flat = x.view(-1)
    flat[::9], flat[3::9], flat[6::9] = math.nan, math.inf, -math.inf
    print(x)
    print((numbers(shape).float() * 0.25).requires_grad_())

for shape in EMPTY:
    print(torch.zeros(shape))
    print(torch.zeros(shape, dtype=torch.int64))
    print(torch.zeros(shape).requires_grad_())

inf, nan = math.inf, math.nan
for value in [0.0, -0.0, 1e-5, 1e-4, 0.99999, 99999.5, 1e8, 1.5e8, 3.4028235e38, 1e-45, inf, -inf, nan]:
    print(torch.tensor(value))
for values in [[0.0, -0.0], [-0.0, 1.0], [nan], [inf, -inf], [nan, 0.0], [nan, 2.0], [-inf, 0.5], [inf, 1e-5, 1.0],
               [1.0, 1000.0], [1.0, 1001.0], [0.5, 500.0], [0.5, 500.5], [1e8, 2e8], [1e-4, 0.05], [9e-5, 0.05],
               [0.00005, 0.00015, 0.0], [0.03125, 0.09375], [16777216.0, 0.5], [1.17549435e-38, 3.4028235e38]]:
    print(torch.tensor(values))
for values in [[0], [-1, 10], [2**63 - 1, -2**63], [0, 10**18]]:
    print(torch.tensor(values))
