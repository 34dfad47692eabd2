// RUN: nnc-opt %s --nn-check-model --nn-fuse | FileCheck %s

// The list of parameters keeps what the passes drop, in the order of the text.
// CHECK: module @M attributes {nn.parameters = [{name = "b", type = tensor<2xf32>}, {name = "unused", type = tensor<7xf32>}, {name = "w", type = tensor<2x3xf32>}]}
module @M {
  // CHECK: func.func @forward(%[[X:.*]]: tensor<?x3xf32> {nn.name = "x"}) -> (tensor<?x2xf32> {nn.name = "y"})
  func.func @forward(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
    // CHECK-NOT: unused
    // CHECK-COUNT-2: nn.parameter
    %b = nn.parameter "b" : tensor<2xf32>
    %u = nn.parameter "unused" : tensor<7xf32>
    %w = nn.parameter "w" : tensor<2x3xf32>
    %w2 = nn.parameter "w" : tensor<2x3xf32>
    // The dead operation does not count as another user, and equal layers are one.
    // CHECK: %[[Y:.*]] = nn.linear %[[X]], %{{.*}}, %{{.*}} {epilogue = [#nn.relu]}
    // CHECK-NEXT: return %[[Y]]
    %0 = nn.linear %x, %w, %b : (tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x2xf32>
    %1 = nn.softmax %0 : tensor<?x2xf32>
    %2 = nn.linear %x, %w2, %b : (tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x2xf32>
    %3 = nn.relu %2 : tensor<?x2xf32>
    return %3 : tensor<?x2xf32>
  }
}
