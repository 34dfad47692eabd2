// Weights used by two layers are packed once, and layers of one kind share a kernel.
// RUN: nnc-opt %s --nn-to-cpu-loops=cpus=x86-64-v3 | FileCheck %s

module @Tied attributes {nn.parameters = [{name = "w", type = tensor<24x24xf32>}]} {
  func.func @forward(%x: tensor<?x24xf32> {nn.name = "x"}) -> (tensor<?x24xf32> {nn.name = "y"}) {
    %w = nn.parameter "w" : tensor<24x24xf32>
    %0 = nn.linear %x, %w : (tensor<?x24xf32>, tensor<24x24xf32>) -> tensor<?x24xf32>
    %1 = nn.linear %0, %w : (tensor<?x24xf32>, tensor<24x24xf32>) -> tensor<?x24xf32>
    return %1 : tensor<?x24xf32>
  }
}

// 24 x 24 elements of 4 bytes: a panel of 16 columns and a tail of 8.
// CHECK: nn.cpu_variants = [{{.*}}packed_size = 2304 : i64
// CHECK-LABEL: func.func private @block_x86_64_v3
// CHECK: call @linear_tail8_x86_64_v3
// CHECK: call @linear_tail8_x86_64_v3
// CHECK-LABEL: func.func private @linear_tail8_x86_64_v3
// CHECK-NOT: func.func private @linear
