#!/usr/bin/env python3
"""make-printed-modules.py > test/compiler/modules/Inputs/printed-modules.txt: how PyTorch prints modules and parameters.
Needs torch; the file in the repository was made with 2.15. test/compiler/modules/print-modules.cpp makes the same ones."""
from collections import OrderedDict

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.Identity()
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2, bias=False)])
        self.drop = nn.Dropout(0.1)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(), Block()])
        self.head = nn.Sequential(OrderedDict([("fc", nn.Linear(2, 10)), ("out", nn.Sequential(nn.LogSoftmax(1)))]))


for module in [
        Network(), Block(), nn.Sequential(), nn.ModuleList(), nn.Sequential(nn.Sequential(nn.Sequential(nn.ReLU()))),
        nn.ModuleList([nn.ModuleList([nn.ReLU(), nn.ReLU()]), nn.ModuleList([nn.ReLU(), nn.ReLU()])]),
        nn.Flatten(), nn.Flatten(0, 1), nn.Linear(784, 512), nn.Linear(3, 1, bias=False), nn.Softmax(1), nn.LogSoftmax(-1),
        nn.Identity(), nn.Dropout(), nn.Dropout(0), nn.ReLU(), nn.ReLU6(), nn.LeakyReLU(), nn.LeakyReLU(1e-5), nn.ELU(),
        nn.ELU(0.75), nn.SELU(), nn.CELU(), nn.CELU(2), nn.GELU(), nn.GELU("tanh"), nn.SiLU(), nn.Mish(), nn.Sigmoid(),
        nn.LogSigmoid(), nn.Tanh(), nn.Softplus(), nn.Softplus(2, 30.5), nn.Softsign(), nn.Hardtanh(), nn.Hardtanh(-2, 0.1),
        nn.Hardsigmoid(), nn.Hardswish(), nn.Tanhshrink(), nn.Softshrink(), nn.Softshrink(0.0001), nn.Hardshrink(),
        nn.Hardshrink(1e16), nn.Threshold(0.1, 20), nn.Threshold(-1e22, 123456789.125)]:
    print(module)

for shape in [(), (3,), (2, 3), (1, 2, 3), (2, 1, 2, 3), (40, 30), (0,), (2, 0)]:
    print(nn.Parameter(torch.full(shape, -0.375)))
