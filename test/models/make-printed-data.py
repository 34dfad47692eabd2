#!/usr/bin/env python3
"""make-idx.py . && make-printed-data.py > test/data/Inputs/printed-data.txt: how torchvision prints data sets, how it turns
pixels into numbers, and the orders in which PyTorch shuffles. Needs torch and torchvision; the file in the repository was
made with 2.15 and 0.29.2. test/data/print-data.cpp does the same."""
import numpy
import torch
from torch.utils.data import DataLoader, Dataset
from torchvision import datasets, transforms
from torchvision.transforms import Compose, Normalize, ToTensor


class Range(Dataset):
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        return torch.full((1,), float(index)), index


def passes(count, loader):
    for _ in range(count):
        print(" ".join(str(labels.tolist()) for _, labels in loader))


half = Compose([ToTensor(), Normalize((0.5,), (0.5,))])
print(datasets.FashionMNIST("torchvision", train=False, transform=ToTensor()))
print(datasets.FashionMNIST("torchvision", transform=half))
print(Compose([half, Normalize((0.485, 0.456, 1), (1e-05, 2, 3.0))]))

pixels = numpy.arange(256, dtype=numpy.uint8).reshape(16, 16, 1)
for row in Compose([ToTensor(), Normalize((0.2860,), (0.3530,))])(pixels).view(torch.int32)[0]:
    print(" ".join(f"{bits & 0xffffffff:08x}" for bits in row.tolist()))

torch.manual_seed(5)
passes(3, DataLoader(Range(10), batch_size=4, shuffle=True))
passes(1, DataLoader(Range(5), batch_size=2))
print(torch.rand(3))
passes(3, DataLoader(Range(11), batch_size=3, shuffle=True, drop_last=True, generator=torch.Generator().manual_seed(7)))
passes(2, DataLoader(Range(6), batch_size=3, shuffle=True, generator=torch.Generator().manual_seed(2**40 + 9)))
print(torch.rand(3))
