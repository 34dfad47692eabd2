#!/usr/bin/env python3
"""random-weights.py MODEL.mlir OUT.safetensors [SEED]: weights for any model."""
import random
import sys

from modelfiles import parameters_of, random_weights, write_safetensors

generator = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
with open(sys.argv[1]) as file:
    parameters = parameters_of(file.read())
write_safetensors(sys.argv[2], {name: ("F32", shape, random_weights(generator, shape)) for name, shape in parameters})
