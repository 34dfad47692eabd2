#!/usr/bin/env python3
"""generate-model.py --seed N -o FOLDER: the random model of a seed, as FOLDER/model.mlir and FOLDER/weights.safetensors."""
import argparse
import os

from random_model import write_model

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--seed", type=int, required=True)
parser.add_argument("-o", dest="folder", required=True)
options = parser.parse_args()
os.makedirs(options.folder, exist_ok=True)
write_model(options.seed, os.path.join(options.folder, "model.mlir"), os.path.join(options.folder, "weights.safetensors"))
print(f"seed {options.seed}")
