// A long epilogue is not in a tile kernel for each of a thread's 32 or 64 outputs: it goes over what is stored, four columns
// at a time, or one where rows do not begin at multiples of 16 bytes. Mish has one division.

// REQUIRES: compiler
// RUN: nnc %s --emit=ptx -o %t.ptx
// RUN: sed -n '/entry linear_tile64x128_in1_out4_mish/,/^}/p' %t.ptx | grep -c div.rn.f32 | FileCheck %s --check-prefix=FOUR
// FOUR: {{^}}4{{$}}
// RUN: sed -n '/entry linear_tile64x64_in4_out1_mish/,/^}/p' %t.ptx | grep -c div.rn.f32 | FileCheck %s --check-prefix=ONE
// ONE: {{^}}1{{$}}

module @LongEpilogues {
  func.func @forward(%x: tensor<?x64xf32>) -> (tensor<?x512xf32>, tensor<?x130xf32>) {
    %w0 = nn.parameter "0.weight" : tensor<512x64xf32>
    %0 = nn.linear %x, %w0 : (tensor<?x64xf32>, tensor<512x64xf32>) -> tensor<?x512xf32>
    %1 = nn.mish %0 : tensor<?x512xf32>
    %w1 = nn.parameter "1.weight" : tensor<130x64xf32>
    %2 = nn.linear %x, %w1 : (tensor<?x64xf32>, tensor<130x64xf32>) -> tensor<?x130xf32>
    %3 = nn.mish %2 : tensor<?x130xf32>
    return %1, %3 : tensor<?x512xf32>, tensor<?x130xf32>
  }
}
