// RUN: nnc-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @flatten_of_nothing
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf32>
// CHECK-NEXT: return %[[X]]
func.func @flatten_of_nothing(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = nn.flatten %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @flatten_of_something
// CHECK: nn.flatten
func.func @flatten_of_something(%x: tensor<?x3x1xf32>) -> tensor<?x3xf32> {
  %0 = nn.flatten %x : (tensor<?x3x1xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @relu_twice
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf32>
// CHECK-NEXT: %[[RELU:.*]] = nn.relu %[[X]]
// CHECK-NEXT: return %[[RELU]]
func.func @relu_twice(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = nn.relu %x : tensor<?x3xf32>
  %1 = nn.relu %0 : tensor<?x3xf32>
  return %1 : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @relu_after_fused_relu
// CHECK: %[[Y:.*]] = nn.linear
// CHECK-NEXT: return %[[Y]]
func.func @relu_after_fused_relu(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %w = nn.parameter "w" : tensor<2x3xf32>
  %0 = nn.linear %x, %w {epilogue = [#nn.relu]} : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  %1 = nn.relu %0 : tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}

// CHECK-LABEL: func.func @relu_after_softmax
// CHECK: nn.softmax
// CHECK: nn.relu
func.func @relu_after_softmax(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = nn.softmax %x : tensor<?x3xf32>
  %1 = nn.relu %0 : tensor<?x3xf32>
  return %1 : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @unused
// CHECK-NOT: nn.
// CHECK: return
func.func @unused(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %w = nn.parameter "w" : tensor<2x3xf32>
  %0 = nn.linear %x, %w : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  return %x : tensor<?x3xf32>
}
