// Small.
module @TanhLogSoftmax {
  func.func @forward(%x0: tensor<?x13xf32>) -> tensor<?x10xf32> {
    %w0 = nn.parameter "0.weight" : tensor<64x13xf32>
    %b0 = nn.parameter "0.bias" : tensor<64xf32>
    %l0 = nn.linear %x0, %w0, %b0 : (tensor<?x13xf32>, tensor<64x13xf32>, tensor<64xf32>) -> tensor<?x64xf32>
    %y0 = nn.tanh %l0 : tensor<?x64xf32>
    %w1 = nn.parameter "1.weight" : tensor<33x64xf32>
    %b1 = nn.parameter "1.bias" : tensor<33xf32>
    %l1 = nn.linear %y0, %w1, %b1 : (tensor<?x64xf32>, tensor<33x64xf32>, tensor<33xf32>) -> tensor<?x33xf32>
    %y1 = nn.relu %l1 : tensor<?x33xf32>
    %w2 = nn.parameter "2.weight" : tensor<10x33xf32>
    %b2 = nn.parameter "2.bias" : tensor<10xf32>
    %l2 = nn.linear %y1, %w2, %b2 : (tensor<?x33xf32>, tensor<10x33xf32>, tensor<10xf32>) -> tensor<?x10xf32>
    %z = nn.log_softmax %l2 {dim = 1 : i64} : tensor<?x10xf32>
    return %z : tensor<?x10xf32>
  }
}
