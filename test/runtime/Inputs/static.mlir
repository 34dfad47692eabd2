module @Static {
  func.func @forward(%a: tensor<4x8xf32> {nn.name = "a"}, %b: tensor<4x8xf32> {nn.name = "b"})
      -> (tensor<4x3xf32> {nn.name = "p"}, tensor<4xi64> {nn.name = "class"}, tensor<4x8xf32> {nn.name = "same"}) {
    %w = nn.parameter "w" : tensor<3x8xf32>
    %0 = nn.linear %a, %w : (tensor<4x8xf32>, tensor<3x8xf32>) -> tensor<4x3xf32>
    %1 = nn.softmax %0 : tensor<4x3xf32>
    %2 = nn.argmax %1 : (tensor<4x3xf32>) -> tensor<4xi64>
    return %1, %2, %b : tensor<4x3xf32>, tensor<4xi64>, tensor<4x8xf32>
  }
}
