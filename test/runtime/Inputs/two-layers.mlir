module @TwoLayers {
  func.func @forward(%x: tensor<?x37xf32>) -> tensor<?x5xf32> {
    %w0 = nn.parameter "0.weight" : tensor<70x37xf32>
    %b0 = nn.parameter "0.bias" : tensor<70xf32>
    %w1 = nn.parameter "1.weight" : tensor<5x70xf32>
    %0 = nn.linear %x, %w0, %b0 : (tensor<?x37xf32>, tensor<70x37xf32>, tensor<70xf32>) -> tensor<?x70xf32>
    %1 = nn.relu %0 : tensor<?x70xf32>
    %2 = nn.linear %1, %w1 : (tensor<?x70xf32>, tensor<5x70xf32>) -> tensor<?x5xf32>
    return %2 : tensor<?x5xf32>
  }
}
