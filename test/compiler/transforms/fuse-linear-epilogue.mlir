// RUN: nnc-opt %s --nn-fuse-linear-epilogue --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// CHECK-LABEL: func.func @fuses
// CHECK: %[[Y:.*]] = nn.linear %{{.*}}, %{{.*}} {epilogue = [#nn.relu]}
// CHECK-SAME: loc(fused["layer", "activation"])
// CHECK-NOT: nn.relu
// CHECK: return %[[Y]]
func.func @fuses(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %w = nn.parameter "w" : tensor<2x3xf32>
  %0 = nn.linear %x, %w : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32> loc("layer")
  %1 = nn.relu %0 : tensor<?x2xf32> loc("activation")
  return %1 : tensor<?x2xf32>
}

// CHECK-LABEL: func.func @appends
// CHECK: nn.linear %{{.*}}, %{{.*}} {epilogue = [#nn.relu, #nn.relu]}
func.func @appends(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %w = nn.parameter "w" : tensor<2x3xf32>
  %0 = nn.linear %x, %w {epilogue = [#nn.relu, #nn.relu]} : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  %1 = nn.relu %0 : tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}

// Another user needs the value without the activation.
// CHECK-LABEL: func.func @another_user
// CHECK: %[[Y:.*]] = nn.linear
// CHECK-NOT: epilogue =
// CHECK: %[[RELU:.*]] = nn.relu %[[Y]]
// CHECK: return %[[Y]], %[[RELU]]
func.func @another_user(%x: tensor<?x3xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %w = nn.parameter "w" : tensor<2x3xf32>
  %0 = nn.linear %x, %w : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  %1 = nn.relu %0 : tensor<?x2xf32>
  return %0, %1 : tensor<?x2xf32>, tensor<?x2xf32>
}

// CHECK-LABEL: func.func @not_a_linear
// CHECK: nn.relu
func.func @not_a_linear(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = nn.relu %x : tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// A softmax looks at a whole row; it is no element function.
// CHECK-LABEL: func.func @softmax
// CHECK: nn.linear
// CHECK: nn.softmax
func.func @softmax(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %w = nn.parameter "w" : tensor<2x3xf32>
  %0 = nn.linear %x, %w : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  %1 = nn.softmax %0 : tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}
