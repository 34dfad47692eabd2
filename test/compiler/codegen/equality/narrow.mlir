// Layers so narrow that rows go across the lanes, and one too wide for that: k that fills squares, that does not, and less
// than one; with and without bias, a short epilogue and a long one.
// REQUIRES: compiler, x86-64-v3
// RUN: %python %models/random-weights.py %s %t
// RUN: nnc --verify %s -w %t -mcpu=x86-64-v3 --verify-batches=0,1,7,8,15,16,17,31,32,33,64,100 | FileCheck %s

func.func @forward(%x: tensor<?x100xf32>)
    -> (tensor<?x1xf32> {nn.name = "y1"}, tensor<?x2xf32> {nn.name = "y2"}, tensor<?x4xf32> {nn.name = "y4"},
        tensor<?x7xf32> {nn.name = "y7"}, tensor<?x8xf32> {nn.name = "y8"}) {
  %w1 = nn.parameter "w1" : tensor<1x100xf32>
  %b1 = nn.parameter "b1" : tensor<1xf32>
  %y1 = nn.linear %x, %w1, %b1 : (tensor<?x100xf32>, tensor<1x100xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  %w7 = nn.parameter "w7" : tensor<7x100xf32>
  %h7 = nn.linear %x, %w7 : (tensor<?x100xf32>, tensor<7x100xf32>) -> tensor<?x7xf32>
  %y7 = nn.tanh %h7 : tensor<?x7xf32>
  %w2 = nn.parameter "w2" : tensor<2x7xf32>
  %b2 = nn.parameter "b2" : tensor<2xf32>
  %h2 = nn.linear %y7, %w2, %b2 : (tensor<?x7xf32>, tensor<2x7xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %y2 = nn.relu %h2 : tensor<?x2xf32>
  %w16 = nn.parameter "w16" : tensor<16x100xf32>
  %h16 = nn.linear %x, %w16 : (tensor<?x100xf32>, tensor<16x100xf32>) -> tensor<?x16xf32>
  %w4 = nn.parameter "w4" : tensor<4x16xf32>
  %b4 = nn.parameter "b4" : tensor<4xf32>
  %y4 = nn.linear %h16, %w4, %b4 : (tensor<?x16xf32>, tensor<4x16xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  %w8 = nn.parameter "w8" : tensor<8x16xf32>
  %b8 = nn.parameter "b8" : tensor<8xf32>
  %y8 = nn.linear %h16, %w8, %b8 : (tensor<?x16xf32>, tensor<8x16xf32>, tensor<8xf32>) -> tensor<?x8xf32>
  return %y1, %y2, %y4, %y7, %y8 : tensor<?x1xf32>, tensor<?x2xf32>, tensor<?x4xf32>, tensor<?x7xf32>, tensor<?x8xf32>
}
// CHECK: y1: {{[0-9]+}} elements equal the interpreter's bits (batch 0, batch 1, {{.*}} in 1, 2 and 3 parts; x86-64-v
// CHECK: y2: {{[0-9]+}} elements equal
// CHECK: y4: {{[0-9]+}} elements equal
// CHECK: y7: {{[0-9]+}} elements equal
// CHECK: y8: {{[0-9]+}} elements equal
