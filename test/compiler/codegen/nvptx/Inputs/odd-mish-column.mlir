// Wide and odd, then narrow: one column.
module @MishColumn {
  func.func @forward(%x0: tensor<?x783xf32>) -> tensor<?x1xf32> {
    %w0 = nn.parameter "0.weight" : tensor<1000x783xf32>
    %b0 = nn.parameter "0.bias" : tensor<1000xf32>
    %l0 = nn.linear %x0, %w0, %b0 : (tensor<?x783xf32>, tensor<1000x783xf32>, tensor<1000xf32>) -> tensor<?x1000xf32>
    %y0 = nn.relu %l0 : tensor<?x1000xf32>
    %w1 = nn.parameter "1.weight" : tensor<250x1000xf32>
    %b1 = nn.parameter "1.bias" : tensor<250xf32>
    %l1 = nn.linear %y0, %w1, %b1 : (tensor<?x1000xf32>, tensor<250x1000xf32>, tensor<250xf32>) -> tensor<?x250xf32>
    %y1 = nn.mish %l1 : tensor<?x250xf32>
    %w2 = nn.parameter "2.weight" : tensor<1x250xf32>
    %b2 = nn.parameter "2.bias" : tensor<1xf32>
    %l2 = nn.linear %y1, %w2, %b2 : (tensor<?x250xf32>, tensor<1x250xf32>, tensor<1xf32>) -> tensor<?x1xf32>
    return %l2 : tensor<?x1xf32>
  }
}
