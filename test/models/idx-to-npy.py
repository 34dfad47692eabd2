#!/usr/bin/env python3
"""idx-to-npy.py IMAGES.gz OUT.npy: an IDX file of images as float32, pixels / 255."""
import gzip
import struct
import sys
from array import array

from modelfiles import write_npy

with gzip.open(sys.argv[1]) as file:
    content = file.read()
magic, count, rows, columns = struct.unpack(">4I", content[:16])
assert magic == 0x803
scale = struct.unpack("f", struct.pack("f", 255.0))[0]
write_npy(sys.argv[2], [count, rows, columns], array("f", (pixel / scale for pixel in content[16:])))
