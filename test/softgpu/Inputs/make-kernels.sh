#!/bin/sh
# make-kernels.sh NVCC OUT.ptx: compiles kernels.cu. kernels.ptx beside it came from nvcc 13.0.
exec "$1" -ptx -arch=compute_80 "$(dirname "$0")/kernels.cu" -o "$2" 2>/dev/null
