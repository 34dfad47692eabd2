// Ordinary CUDA C++, compiled by NVIDIA's compiler, for the tests of the software GPU: see make-kernels.sh.

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda/barrier>
#include <cuda_pipeline_primitives.h>

using barrier = cuda::barrier<cuda::thread_scope_block>;

/// out[block] = the sum of x, by shuffles and shared memory.
extern "C" __global__ void reduceSum(const float *x, float *out, int n) {
  __shared__ float partial[32];
  float sum = 0;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    sum += x[i];
  for (int offset = 16; offset; offset >>= 1)
    sum += __shfl_down_sync(~0u, sum, offset);
  if (threadIdx.x % 32 == 0)
    partial[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x >= 32)
    return;
  sum = threadIdx.x < blockDim.x / 32 ? partial[threadIdx.x] : 0;
  for (int offset = 16; offset; offset >>= 1)
    sum += __shfl_xor_sync(~0u, sum, offset);
  if (threadIdx.x == 0)
    out[blockIdx.x] = sum;
}

/// c = a * b, all n x n and row-major, by tiles of 16 x 16.
extern "C" __global__ void matmulTiled(const float *a, const float *b, float *c, int n) {
  __shared__ float as[16][16], bs[16][17];
  int row = blockIdx.y * 16 + threadIdx.y, column = blockIdx.x * 16 + threadIdx.x;
  float sum = 0;
  for (int tile = 0; tile < n; tile += 16) {
    int k = tile + threadIdx.x, l = tile + threadIdx.y;
    as[threadIdx.y][threadIdx.x] = row < n && k < n ? a[row * n + k] : 0;
    bs[threadIdx.y][threadIdx.x] = l < n && column < n ? b[l * n + column] : 0;
    __syncthreads();
    for (int i = 0; i < 16; ++i)
      sum = fmaf(as[threadIdx.y][i], bs[i][threadIdx.x], sum);
    __syncthreads();
  }
  if (row < n && column < n)
    c[row * n + column] = sum;
}

/// Counts bytes, first within the block, then in all.
extern "C" __global__ void histogram(const unsigned char *x, unsigned *counts, int n) {
  __shared__ unsigned local[256];
  for (int i = threadIdx.x; i < 256; i += blockDim.x)
    local[i] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    atomicAdd(&local[x[i]], 1);
  __syncthreads();
  for (int i = threadIdx.x; i < 256; i += blockDim.x)
    atomicAdd(&counts[i], local[i]);
}

/// The inclusive prefix sums of blockDim.x numbers, in dynamic shared memory.
extern "C" __global__ void scan(const int *x, int *y) {
  extern __shared__ int values[];
  int t = threadIdx.x;
  values[t] = x[t];
  __syncthreads();
  for (int offset = 1; offset < blockDim.x; offset *= 2) {
    int before = t >= offset ? values[t - offset] : 0;
    __syncthreads();
    values[t] += before;
    __syncthreads();
  }
  y[t] = values[t];
}

/// Like scan, without the barrier between reading and writing.
extern "C" __global__ void scanRacy(const int *x, int *y) {
  extern __shared__ int values[];
  int t = threadIdx.x;
  values[t] = x[t];
  __syncthreads();
  for (int offset = 1; offset < blockDim.x; offset *= 2) {
    int before = t >= offset ? values[t - offset] : 0;
    values[t] += before;
    __syncthreads();
  }
  y[t] = values[t];
}

/// y = x / sum(x) row by row, a warp a row.
extern "C" __global__ void normalizeRows(const float *x, float *y, int columns) {
  const float *in = x + blockIdx.x * columns;
  float maximum = -INFINITY, sum = 0;
  for (int i = threadIdx.x; i < columns; i += 32)
    maximum = fmaxf(maximum, in[i]);
  for (int offset = 16; offset; offset >>= 1)
    maximum = fmaxf(maximum, __shfl_xor_sync(~0u, maximum, offset));
  for (int i = threadIdx.x; i < columns; i += 32)
    sum += in[i] / maximum;
  for (int offset = 16; offset; offset >>= 1)
    sum += __shfl_xor_sync(~0u, sum, offset);
  for (int i = threadIdx.x; i < columns; i += 32)
    y[blockIdx.x * columns + i] = __fdiv_rn(in[i] / maximum, sum);
}

/// y = 2 x through a ring of asynchronous copies, 4 numbers a thread and stage.
extern "C" __global__ void pipelined(const float4 *x, float4 *y, int stages) {
  __shared__ float4 ring[3][64];
  int t = threadIdx.x;
  auto issue = [&](int stage) {
    if (stage < stages)
      __pipeline_memcpy_async(&ring[stage % 3][t], &x[stage * 64 + t], 16);
    __pipeline_commit();
  };
  issue(0);
  issue(1);
  for (int stage = 0; stage < stages; ++stage) {
    __pipeline_wait_prior(1);
    __syncthreads();
    issue(stage + 2);
    float4 v = ring[stage % 3][63 - t];
    y[stage * 64 + 63 - t] = make_float4(2 * v.x, 2 * v.y, 2 * v.z, 2 * v.w);
  }
}

/// All blocks meet between two steps: y[i] = x[n - 1 - i] + 1, through tmp.
extern "C" __global__ void meetAcrossBlocks(const int *x, int *tmp, int *y, unsigned *arrived) {
  int n = gridDim.x * blockDim.x, i = blockIdx.x * blockDim.x + threadIdx.x;
  tmp[i] = x[i] + 1;
  __syncthreads();
  if (threadIdx.x == 0) {
    __threadfence();
    atomicAdd(arrived, 1);
    while (*(volatile unsigned *)arrived < gridDim.x)
      ;
    __threadfence();
  }
  __syncthreads();
  y[i] = tmp[n - 1 - i];
}

__device__ __noinline__ int collatz(int n) { return n <= 1 ? 0 : 1 + collatz(n % 2 ? 3 * n + 1 : n / 2); }

/// Recursion that ends at another depth in every lane.
extern "C" __global__ void countCollatz(int *steps) { steps[threadIdx.x] = collatz(threadIdx.x + 1); }

/// y = a * x + y, pairs of f16, and the greater of that and -|x|.
extern "C" __global__ void scaleHalves(const __half2 *x, __half2 *y, float a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    y[i] = __hmax2(__hfma2(__float2half2_rn(a), x[i], y[i]), __hneg2(__habs2(x[i])));
}

/// y = x * x + y where x is the less, else y - x, in f16; and the same in bf16.
template <typename T> __device__ void growHalf(const T *x, T *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    y[i] = x[i] < y[i] ? __hfma(x[i], x[i], y[i]) : y[i] - x[i];
}
extern "C" __global__ void growHalves(const __half *x, __half *y, int n) { growHalf(x, y, n); }
extern "C" __global__ void growBfloats(const __nv_bfloat16 *x, __nv_bfloat16 *y, int n) { growHalf(x, y, n); }

/// y = x, each 128 turned around, by way of shared memory and a barrier object that counts copies too.
extern "C" __global__ void turnAround(const float *x, float *y) {
  __shared__ barrier arrived;
  __shared__ float held[128];
  int first = blockIdx.x * 128, t = threadIdx.x;
  if (t == 0)
    init(&arrived, 128);
  __syncthreads();
  cuda::memcpy_async(&held[t], &x[first + t], sizeof(float), arrived);
  arrived.wait(arrived.arrive());
  y[first + t] = held[127 - t];
}
