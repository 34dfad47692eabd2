// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s --mlir-print-op-generic | nnc-opt | FileCheck %s

// CHECK-LABEL: func.func @forward
// CHECK-SAME: %[[X:.*]]: tensor<?x28x28xf32>
func.func @forward(%x: tensor<?x28x28xf32>) -> (tensor<?x10xf32>, tensor<?xi64>) {
  // CHECK: %[[W:.*]] = nn.parameter "fc.weight" : tensor<10x784xf32>
  %w = nn.parameter "fc.weight" : tensor<10x784xf32>
  // CHECK: %[[B:.*]] = nn.parameter "fc.bias" : tensor<10xf32>
  %b = nn.parameter "fc.bias" : tensor<10xf32>
  // The defaults are not printed.
  // CHECK: %[[FLAT:.*]] = nn.flatten %[[X]] : (tensor<?x28x28xf32>) -> tensor<?x784xf32>
  %0 = nn.flatten %x {start_dim = 1 : i64, end_dim = -1 : i64} : (tensor<?x28x28xf32>) -> tensor<?x784xf32>
  // CHECK: nn.linear %[[FLAT]], %[[W]] : (tensor<?x784xf32>, tensor<10x784xf32>) -> tensor<?x10xf32>
  %1 = nn.linear %0, %w : (tensor<?x784xf32>, tensor<10x784xf32>) -> tensor<?x10xf32>
  // CHECK: %[[Y:.*]] = nn.linear %[[FLAT]], %[[W]], %[[B]] {epilogue = [#nn.relu, #nn.relu]}
  %2 = nn.linear %0, %w, %b {epilogue = [#nn.relu, #nn.relu]} : (tensor<?x784xf32>, tensor<10x784xf32>, tensor<10xf32>) -> tensor<?x10xf32>
  // CHECK: %[[RELU:.*]] = nn.relu %[[Y]] : tensor<?x10xf32>
  %3 = nn.relu %2 : tensor<?x10xf32>
  // CHECK: %[[SOFTMAX:.*]] = nn.softmax %[[RELU]] {dim = 1 : i64} : tensor<?x10xf32>
  %4 = nn.softmax %3 {dim = 1 : i64} : tensor<?x10xf32>
  // CHECK: nn.argmax %[[SOFTMAX]] : (tensor<?x10xf32>) -> tensor<?xi64>
  %5 = nn.argmax %4 {dim = -1 : i64} : (tensor<?x10xf32>) -> tensor<?xi64>
  return %4, %5 : tensor<?x10xf32>, tensor<?xi64>
}

// CHECK-LABEL: func.func @one_dimension
func.func @one_dimension(%x: tensor<3xf32>, %s: tensor<f32>) -> (tensor<2xf32>, tensor<i64>, tensor<1xf32>) {
  %w = nn.parameter "w" : tensor<2x3xf32>
  %0 = nn.linear %x, %w : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2xf32>
  // CHECK: nn.argmax %{{.*}} {dim = 0 : i64} : (tensor<3xf32>) -> tensor<i64>
  %1 = nn.argmax %x {dim = 0 : i64} : (tensor<3xf32>) -> tensor<i64>
  // CHECK: nn.flatten %{{.*}} {start_dim = 0 : i64} : (tensor<f32>) -> tensor<1xf32>
  %2 = nn.flatten %s {start_dim = 0 : i64} : (tensor<f32>) -> tensor<1xf32>
  return %0, %1, %2 : tensor<2xf32>, tensor<i64>, tensor<1xf32>
}
