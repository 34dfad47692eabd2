// More columns than a grid of at most 65,535 blocks along y, each of 32, covers.
module @Wide {
  func.func @forward(%x: tensor<?x1xf32>) -> tensor<?x2097121xf32> {
    %w = nn.parameter "w" : tensor<2097121x1xf32>
    %y = nn.linear %x, %w : (tensor<?x1xf32>, tensor<2097121x1xf32>) -> tensor<?x2097121xf32>
    return %y : tensor<?x2097121xf32>
  }
}
