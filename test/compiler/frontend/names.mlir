// RUN: nnc-opt %s --nn-check-model | FileCheck %s
// What nnc prints of a checked model is a model.
// RUN: nnc --emit=nn %s -o - | nnc --emit=nn - -o - | FileCheck %s

// CHECK: module @model attributes {nn.parameters = []}
// CHECK: func.func @forward(%{{.*}}: tensor<?x3xf32> {nn.name = "x"}, %{{.*}}: tensor<?x3xf32> {nn.name = "mine"}, %{{.*}}: tensor<?x3xf32> {nn.name = "x2"}) -> (tensor<?x3xf32> {nn.name = "y"}, tensor<?x3xf32> {nn.name = "y1"})
func.func @forward(%a: tensor<?x3xf32>, %b: tensor<?x3xf32> {nn.name = "mine"}, %c: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>) {
  return %a, %b : tensor<?x3xf32>, tensor<?x3xf32>
}
