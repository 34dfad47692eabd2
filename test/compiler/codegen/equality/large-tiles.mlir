// Layers far larger than L2, whose main tiles read packed rows: three stretches of k of which the last is no whole round, a tail
// after the last panel, main tiles and lower ones, both ways to ask for the next weights.
// REQUIRES: compiler, x86-64-v4
// RUN: %python %models/random-weights.py %s %t
// RUN: nnc --verify %s -w %t -mcpu=x86-64-v4 --verify-batches=0,1,2,8,9,10,11,12,13,14,15,17,47,48,300 | FileCheck %s

func.func @forward(%x: tensor<?x1100xf32>) -> (tensor<?x2048xf32> {nn.name = "y"}) {
  %w0 = nn.parameter "w0" : tensor<2070x1100xf32>
  %b0 = nn.parameter "b0" : tensor<2070xf32>
  %w1 = nn.parameter "w1" : tensor<2048x2070xf32>
  %h = nn.linear %x, %w0, %b0 : (tensor<?x1100xf32>, tensor<2070x1100xf32>, tensor<2070xf32>) -> tensor<?x2070xf32>
  %r = nn.relu %h : tensor<?x2070xf32>
  %y = nn.linear %r, %w1 : (tensor<?x2070xf32>, tensor<2048x2070xf32>) -> tensor<?x2048xf32>
  return %y : tensor<?x2048xf32>
}
// CHECK: y: {{[0-9]+}} elements equal the interpreter's bits (batch 0, batch 1, {{.*}} in 1, 2 and 3 parts; x86-64-v4)
