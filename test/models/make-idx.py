#!/usr/bin/env python3
"""make-idx.py FOLDER [ROWS COLUMNS]: writes small data sets in MNIST's form, 20 training and 30 test images of 4 x 5 pixels or
of the size said. The pixels count on from image to image, the labels from 0 to 9. They are in FOLDER/flat (gzipped),
FOLDER/plain (not), and FOLDER/torchvision/FashionMNIST/raw as torchvision leaves them (both)."""
import gzip
import os
import struct
import sys


def idx(shape, elements):
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape) + bytes(elements)


rows, columns = map(int, sys.argv[2:] or (4, 5))


def write(folder, gzipped, plain):
    os.makedirs(folder)
    for name, count in (("train", 20), ("t10k", 30)):
        for file, content in ((f"{name}-images-idx3-ubyte", idx([count, rows, columns], (i % 256 for i in range(rows * columns * count)))),
                              (f"{name}-labels-idx1-ubyte", idx([count], (i % 10 for i in range(count))))):
            if plain:
                with open(os.path.join(folder, file), "wb") as out:
                    out.write(content)
            if gzipped:
                with gzip.open(os.path.join(folder, file + ".gz"), "wb") as out:
                    out.write(content)


write(os.path.join(sys.argv[1], "flat"), gzipped=True, plain=False)
write(os.path.join(sys.argv[1], "plain"), gzipped=False, plain=True)
write(os.path.join(sys.argv[1], "torchvision", "FashionMNIST", "raw"), gzipped=True, plain=True)
