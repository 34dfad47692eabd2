// RUN: nnc-opt %s --split-input-file --nn-to-cuda-kernels | FileCheck %s
// RUN: nnc-opt %s --split-input-file --nn-to-cuda-kernels=keep-forward | FileCheck %s --check-prefix=KEPT
// RUN: nnc-opt %s --split-input-file --nn-to-cuda-kernels --nnc-cuda-to-nvvm | FileCheck %s --check-prefix=NVVM

// Arguments are {kind, index, offset, scale}: addresses, sizes and rows. Layers of a kind have one kernel; very few rows, few
// and many are schedules.

// CHECK-LABEL: module @Open
// CHECK-SAME: pack = "pack_cuda"
// CHECK-SAME: packed_size = 33024 : i64
// CHECK-SAME: launches = [{arguments = [array<i64: 0, 0, 0, 0>, array<i64: 2, 0, 256, 0>, array<i64: 2, 0, 0, 0>, array<i64: 3, 0, 0, 0>, array<i64: 4, 0, 20, 0>, array<i64: 4, 0, 33, 0>, array<i64: 4, 0, 0, 1>]
// CHECK-SAME: kernel = "[[FIRST:linear_4rows_in4_bias_relu]]", rows = 0 : i64
// CHECK-SAME: array<i64: 4, 0, 33, 0>, array<i64: 4, 0, 33, 0>, array<i64: 4, 0, 0, 1>], grid_y = 2 : i64, kernel = "linear_4rows_in1", rows = 0 : i64
// CHECK-SAME: kernel = "linear_4rows_in1", rows = 0 : i64
// CHECK-SAME: {arguments = [array<i64: 3, 0, 0, 0>, array<i64: 1, 0, 0, 0>, array<i64: 4, 0, 33, 0>, array<i64: 4, 0, 0, 1>], grid_y = 1 : i64, kernel = "softmax"
// CHECK-SAME: max_samples = 512 : i64
// CHECK-SAME: kernel = "linear_16rows_in4_bias_relu", rows = 0 : i64, rows_per_block = 16 : i64
// CHECK-SAME: max_samples = 3071 : i64
// CHECK-SAME: kernel = "linear_tile32x64_in4_out1_bias_relu"
// CHECK-SAME: max_samples = 24575 : i64
// CHECK-SAME: kernel = "linear_tile64x64_in4_out1_bias_relu"
// CHECK-SAME: max_samples = 9223372036854775807 : i64
// CHECK-SAME: workspace_size = 0 : i64, workspace_size_per_sample = 512 : i64
// CHECK: gpu.module @cuda_kernels
// CHECK: gpu.func @[[FIRST]](%{{.*}}: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly}, %{{.*}}: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly}, %{{.*}}: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly}, %{{.*}}: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias}, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64) kernel
// CHECK: math.fma
// CHECK: func.func {{.*}}@pack_cuda
// CHECK-NOT: @forward
// KEPT: @forward
// NVVM-LABEL: module @Open
// NVVM: llvm.func @linear_4rows{{.*}} attributes {{.*}}nvvm.kernel
// NVVM: llvm.intr.fma
module @Open attributes {nn.parameters = [{name = "w0", type = tensor<33x20xf32>}, {name = "b0", type = tensor<33xf32>}, {name = "w1", type = tensor<33x33xf32>}, {name = "w2", type = tensor<33x33xf32>}]} {
  func.func @forward(%x: tensor<?x20xf32> {nn.name = "x"}) -> (tensor<?x33xf32> {nn.name = "y"}) {
    %w0 = nn.parameter "w0" : tensor<33x20xf32>
    %b0 = nn.parameter "b0" : tensor<33xf32>
    %w1 = nn.parameter "w1" : tensor<33x33xf32>
    %w2 = nn.parameter "w2" : tensor<33x33xf32>
    %0 = nn.linear %x, %w0, %b0 {epilogue = [#nn.relu]} : (tensor<?x20xf32>, tensor<33x20xf32>, tensor<33xf32>) -> tensor<?x33xf32>
    %1 = nn.linear %0, %w1 : (tensor<?x33xf32>, tensor<33x33xf32>) -> tensor<?x33xf32>
    %2 = nn.linear %1, %w2 : (tensor<?x33xf32>, tensor<33x33xf32>) -> tensor<?x33xf32>
    %3 = nn.softmax %2 {dim = 1 : i64} : tensor<?x33xf32>
    return %3 : tensor<?x33xf32>
  }
}

// -----

// A static model: one schedule, offsets in bytes; a linear over three dimensions has rows of its own. A result that is
// an input is copied, an elementwise operation that no linear took is a kernel, and so is argmax over another dimension.

// CHECK-LABEL: module @Static
// CHECK-SAME: kernel = "linear_4rows_in1", rows = 6 : i64, rows_per_block = {{[0-9]+}} : i64, rows_per_sample = 0 : i64
// CHECK-SAME: kernel = "elementwise_relu", rows = 30 : i64, rows_per_block = 256 : i64
// CHECK-SAME: kernel = "argmax_strided", rows = 10 : i64
// CHECK-SAME: kernel = "copy_32", rows = 30 : i64
// CHECK-SAME: max_samples = 9223372036854775807 : i64
// CHECK-SAME: workspace_size = 256 : i64, workspace_size_per_sample = 0 : i64
module @Static attributes {nn.parameters = [{name = "w", type = tensor<7x5xf32>}]} {
  func.func @forward(%x: tensor<2x3x5xf32> {nn.name = "x"}) -> (tensor<2x3x7xf32> {nn.name = "y"}, tensor<2x5xi64> {nn.name = "i"}, tensor<2x3x5xf32> {nn.name = "z"}) {
    %w = nn.parameter "w" : tensor<7x5xf32>
    %0 = nn.linear %x, %w : (tensor<2x3x5xf32>, tensor<7x5xf32>) -> tensor<2x3x7xf32>
    %1 = nn.relu %x : tensor<2x3x5xf32>
    %2 = nn.argmax %1 {dim = 1 : i64} : (tensor<2x3x5xf32>) -> tensor<2x5xi64>
    return %0, %2, %x : tensor<2x3x7xf32>, tensor<2x5xi64>, tensor<2x3x5xf32>
  }
}

// -----

// Schedules end where a linear takes another tile, which is so many rows and fewer samples where a sample has several.

// CHECK-LABEL: module @Ends
// CHECK-SAME: kernel = "linear_4rows_in1"
// CHECK-SAME: max_samples = 64 : i64
// CHECK-SAME: kernel = "linear_16rows_in1"
// CHECK-SAME: max_samples = 383 : i64
// CHECK-SAME: kernel = "linear_tile32x64_in1_out1"
// CHECK-SAME: max_samples = 3071 : i64
// CHECK-SAME: kernel = "linear_tile64x64_in1_out1"
// CHECK-SAME: max_samples = 6143 : i64
// CHECK-SAME: kernel = "linear_tile64x128_in1_out1"
// CHECK-SAME: max_samples = 9223372036854775807 : i64
module @Ends attributes {nn.parameters = [{name = "w", type = tensor<250x17xf32>}]} {
  func.func @forward(%x: tensor<?x2x17xf32> {nn.name = "x"}) -> (tensor<?x2x250xf32> {nn.name = "y"}) {
    %w = nn.parameter "w" : tensor<250x17xf32>
    %0 = nn.linear %x, %w : (tensor<?x2x17xf32>, tensor<250x17xf32>) -> tensor<?x2x250xf32>
    return %0 : tensor<?x2x250xf32>
  }
}
