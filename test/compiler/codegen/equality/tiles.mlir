// Every height of a tile, main tiles and lower ones, an odd panel, a tail, a layer without a panel, and a layer that takes k in
// three stretches.
// REQUIRES: compiler, x86-64-v3
// RUN: %python %models/random-weights.py %s %t
// RUN: nnc --verify %s -w %t -mcpu=x86-64-v3 --verify-batches=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,17,19,20,27,300 | FileCheck %s

func.func @forward(%x: tensor<?x1100xf32>) -> (tensor<?x5xf32> {nn.name = "y"}) {
  %w0 = nn.parameter "w0" : tensor<120x1100xf32>
  %b0 = nn.parameter "b0" : tensor<120xf32>
  %w1 = nn.parameter "w1" : tensor<64x120xf32>
  %w2 = nn.parameter "w2" : tensor<5x64xf32>
  %b2 = nn.parameter "b2" : tensor<5xf32>
  %h0 = nn.linear %x, %w0, %b0 : (tensor<?x1100xf32>, tensor<120x1100xf32>, tensor<120xf32>) -> tensor<?x120xf32>
  %r0 = nn.relu %h0 : tensor<?x120xf32>
  %h1 = nn.linear %r0, %w1 : (tensor<?x120xf32>, tensor<64x120xf32>) -> tensor<?x64xf32>
  %y = nn.linear %h1, %w2, %b2 : (tensor<?x64xf32>, tensor<5x64xf32>, tensor<5xf32>) -> tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}
// CHECK: y: {{[0-9]+}} elements equal the interpreter's bits (batch 0, batch 1, {{.*}} in 1, 2 and 3 parts; x86-64-v3)
