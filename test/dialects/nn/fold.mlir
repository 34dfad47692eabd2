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

// Bounds count: what one has cut off the other may cut again.
// CHECK-LABEL: func.func @hardtanh_twice
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf32>
// CHECK-NEXT: %[[WIDE:.*]] = nn.hardtanh %[[X]] {max_val = 2.000000e+00 : f32}
// CHECK-NEXT: %[[NARROW:.*]] = nn.hardtanh %[[WIDE]] : tensor<?x3xf32>
// CHECK-NEXT: return %[[NARROW]]
func.func @hardtanh_twice(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = nn.hardtanh %x {max_val = 2.0 : f32} : tensor<?x3xf32>
  %1 = nn.hardtanh %0 {max_val = 2.0 : f32} : tensor<?x3xf32>
  %2 = nn.hardtanh %1 : tensor<?x3xf32>
  %3 = nn.hardtanh %2 {min_val = -1.0 : f32} : tensor<?x3xf32>
  return %3 : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @idempotent
// CHECK-COUNT-1: nn.relu6
// CHECK-COUNT-1: nn.hardshrink
// CHECK-COUNT-1: nn.threshold
// CHECK-NEXT: return
func.func @idempotent(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = nn.relu6 %x : tensor<?x3xf32>
  %1 = nn.relu6 %0 : tensor<?x3xf32>
  %2 = nn.hardshrink %1 : tensor<?x3xf32>
  %3 = nn.hardshrink %2 : tensor<?x3xf32>
  %4 = nn.threshold %3 {threshold = 0.1 : f32, value = 20.0 : f32} : tensor<?x3xf32>
  %5 = nn.threshold %4 {threshold = 0.1 : f32, value = 20.0 : f32} : tensor<?x3xf32>
  return %5 : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @not_idempotent
// CHECK-COUNT-2: nn.leaky_relu
// CHECK: return
func.func @not_idempotent(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = nn.leaky_relu %x : tensor<?x3xf32>
  %1 = nn.leaky_relu %0 : tensor<?x3xf32>
  return %1 : tensor<?x3xf32>
}
