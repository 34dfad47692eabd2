"""write-rows.py FILE.npy ROWS COLUMNS: float32 numbers, of which the first rows do not depend on how many there are."""
import random
import struct
import sys

path, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(0)
# One row after another from 1000 of them.
pool = [struct.pack(f"<{columns}f", *(random.uniform(-1, 1) for _ in range(columns))) for _ in range(1000)]
header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}"
header += " " * (117 - len(header)) + "\n"
with open(path, "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
    for row in range(rows):
        file.write(pool[row * 7 % 1000])
