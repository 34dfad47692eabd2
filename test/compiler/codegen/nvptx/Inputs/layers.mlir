// Layers of the seed net and odd ones, side by side: in % 4 and % 16, columns that fill no tile, one k, one column, long epilogues.
module @Layers {
  func.func @forward(%x0: tensor<?x784xf32>,
                     %x1: tensor<?x512xf32>,
                     %x2: tensor<?x512xf32>,
                     %x3: tensor<?x780xf32>,
                     %x4: tensor<?x479xf32>,
                     %x5: tensor<?x784xf32>,
                     %x6: tensor<?x33xf32>,
                     %x7: tensor<?x784xf32>,
                     %x8: tensor<?x784xf32>,
                     %x9: tensor<?x13xf32>,
                     %x10: tensor<?x1xf32>,
                     %x11: tensor<?x512xf32>,
                     %x12: tensor<?x479xf32>) -> (tensor<?x512xf32>, tensor<?x512xf32>, tensor<?x10xf32>, tensor<?x512xf32>, tensor<?x1024xf32>, tensor<?x1000xf32>, tensor<?x100xf32>, tensor<?x130xf32>, tensor<?x1xf32>, tensor<?x512xf32>, tensor<?x40xf32>, tensor<?x512xf32>, tensor<?x130xf32>) {
    %w0 = nn.parameter "0.weight" : tensor<512x784xf32>
    %b0 = nn.parameter "0.bias" : tensor<512xf32>
    %y0 = nn.linear %x0, %w0, %b0 : (tensor<?x784xf32>, tensor<512x784xf32>, tensor<512xf32>) -> tensor<?x512xf32>
    %z0 = nn.relu %y0 : tensor<?x512xf32>
    %w1 = nn.parameter "1.weight" : tensor<512x512xf32>
    %b1 = nn.parameter "1.bias" : tensor<512xf32>
    %y1 = nn.linear %x1, %w1, %b1 : (tensor<?x512xf32>, tensor<512x512xf32>, tensor<512xf32>) -> tensor<?x512xf32>
    %z1 = nn.relu %y1 : tensor<?x512xf32>
    %w2 = nn.parameter "2.weight" : tensor<10x512xf32>
    %b2 = nn.parameter "2.bias" : tensor<10xf32>
    %y2 = nn.linear %x2, %w2, %b2 : (tensor<?x512xf32>, tensor<10x512xf32>, tensor<10xf32>) -> tensor<?x10xf32>
    %w3 = nn.parameter "3.weight" : tensor<512x780xf32>
    %b3 = nn.parameter "3.bias" : tensor<512xf32>
    %y3 = nn.linear %x3, %w3, %b3 : (tensor<?x780xf32>, tensor<512x780xf32>, tensor<512xf32>) -> tensor<?x512xf32>
    %z3 = nn.relu %y3 : tensor<?x512xf32>
    %w4 = nn.parameter "4.weight" : tensor<1024x479xf32>
    %b4 = nn.parameter "4.bias" : tensor<1024xf32>
    %y4 = nn.linear %x4, %w4, %b4 : (tensor<?x479xf32>, tensor<1024x479xf32>, tensor<1024xf32>) -> tensor<?x1024xf32>
    %z4 = nn.relu %y4 : tensor<?x1024xf32>
    %w5 = nn.parameter "5.weight" : tensor<1000x784xf32>
    %y5 = nn.linear %x5, %w5 : (tensor<?x784xf32>, tensor<1000x784xf32>) -> tensor<?x1000xf32>
    %w6 = nn.parameter "6.weight" : tensor<100x33xf32>
    %b6 = nn.parameter "6.bias" : tensor<100xf32>
    %y6 = nn.linear %x6, %w6, %b6 : (tensor<?x33xf32>, tensor<100x33xf32>, tensor<100xf32>) -> tensor<?x100xf32>
    %z6 = nn.softsign %y6 : tensor<?x100xf32>
    %w7 = nn.parameter "7.weight" : tensor<130x784xf32>
    %b7 = nn.parameter "7.bias" : tensor<130xf32>
    %y7 = nn.linear %x7, %w7, %b7 : (tensor<?x784xf32>, tensor<130x784xf32>, tensor<130xf32>) -> tensor<?x130xf32>
    %z7 = nn.relu %y7 : tensor<?x130xf32>
    %w8 = nn.parameter "8.weight" : tensor<1x784xf32>
    %b8 = nn.parameter "8.bias" : tensor<1xf32>
    %y8 = nn.linear %x8, %w8, %b8 : (tensor<?x784xf32>, tensor<1x784xf32>, tensor<1xf32>) -> tensor<?x1xf32>
    %w9 = nn.parameter "9.weight" : tensor<512x13xf32>
    %b9 = nn.parameter "9.bias" : tensor<512xf32>
    %y9 = nn.linear %x9, %w9, %b9 : (tensor<?x13xf32>, tensor<512x13xf32>, tensor<512xf32>) -> tensor<?x512xf32>
    %z9 = nn.relu %y9 : tensor<?x512xf32>
    %w10 = nn.parameter "10.weight" : tensor<40x1xf32>
    %y10 = nn.linear %x10, %w10 : (tensor<?x1xf32>, tensor<40x1xf32>) -> tensor<?x40xf32>
    %z10 = nn.hardswish %y10 : tensor<?x40xf32>
    %w11 = nn.parameter "11.weight" : tensor<512x512xf32>
    %b11 = nn.parameter "11.bias" : tensor<512xf32>
    %y11 = nn.linear %x11, %w11, %b11 : (tensor<?x512xf32>, tensor<512x512xf32>, tensor<512xf32>) -> tensor<?x512xf32>
    %z11 = nn.gelu %y11 : tensor<?x512xf32>
    %w12 = nn.parameter "12.weight" : tensor<130x479xf32>
    %y12 = nn.linear %x12, %w12 : (tensor<?x479xf32>, tensor<130x479xf32>) -> tensor<?x130xf32>
    %z12 = nn.mish %y12 : tensor<?x130xf32>
    return %z0, %z1, %y2, %z3, %z4, %y5, %z6, %z7, %y8, %z9, %z10, %z11, %z12
        : tensor<?x512xf32>, tensor<?x512xf32>, tensor<?x10xf32>, tensor<?x512xf32>, tensor<?x1024xf32>, tensor<?x1000xf32>, tensor<?x100xf32>, tensor<?x130xf32>, tensor<?x1xf32>, tensor<?x512xf32>, tensor<?x40xf32>, tensor<?x512xf32>, tensor<?x130xf32>
  }
}
