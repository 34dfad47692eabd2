// Softmax of rows that take a block on a GPU: what no power of two divides, as many elements as are kept at a time and more, and
// elements that do not lie side by side. One element less than wide as well.

// REQUIRES: compiler, gpu
// RUN: nnc-opt %s --nn-to-cuda-kernels | FileCheck %s --check-prefix=LAUNCH
// RUN: %gpu nnc --verify %s --device=cuda --verify-batches=0,1,2,7 | FileCheck %s

// LAUNCH: kernel = "softmax", rows = 0 : i64, rows_per_block = 8 : i64
// LAUNCH-SAME: kernel = "softmax_wide", rows = 0 : i64, rows_per_block = 1 : i64
// LAUNCH-SAME: kernel = "log_softmax_wide", rows = 0 : i64, rows_per_block = 1 : i64
// LAUNCH-SAME: kernel = "softmax_wide_strided", rows = 0 : i64, rows_per_block = 1 : i64
// CHECK-COUNT-4: elements equal the interpreter's bits

module @WideSoftmax {
  func.func @forward(%x0: tensor<?x511xf32>, %x1: tensor<?x1000xf32>, %x2: tensor<?x2048xf32>, %x3: tensor<?x4099x2xf32>)
      -> (tensor<?x511xf32>, tensor<?x1000xf32>, tensor<?x2048xf32>, tensor<?x4099x2xf32>) {
    %0 = nn.softmax %x0 {dim = 1 : i64} : tensor<?x511xf32>
    %1 = nn.softmax %x1 {dim = 1 : i64} : tensor<?x1000xf32>
    %2 = nn.log_softmax %x2 {dim = 1 : i64} : tensor<?x2048xf32>
    %3 = nn.softmax %x3 {dim = 1 : i64} : tensor<?x4099x2xf32>
    return %0, %1, %2, %3 : tensor<?x511xf32>, tensor<?x1000xf32>, tensor<?x2048xf32>, tensor<?x4099x2xf32>
  }
}
