module @TwoHeads {
  func.func @forward(%x: tensor<?x37xf32>) -> (tensor<?x21xf32> {nn.name = "probabilities"}, tensor<?xi64> {nn.name = "class"},
                                               tensor<?x3xf32> {nn.name = "scores"}) {
    %w = nn.parameter "body.weight" : tensor<37x37xf32>
    %b = nn.parameter "body.bias" : tensor<37xf32>
    %v = nn.parameter "class.weight" : tensor<21x37xf32>
    %u = nn.parameter "scores.weight" : tensor<3x37xf32>
    %0 = nn.linear %x, %w, %b : (tensor<?x37xf32>, tensor<37x37xf32>, tensor<37xf32>) -> tensor<?x37xf32>
    %1 = nn.relu %0 : tensor<?x37xf32>
    %2 = nn.linear %1, %v : (tensor<?x37xf32>, tensor<21x37xf32>) -> tensor<?x21xf32>
    %3 = nn.softmax %2 : tensor<?x21xf32>
    %4 = nn.argmax %3 : (tensor<?x21xf32>) -> tensor<?xi64>
    %5 = nn.linear %1, %u : (tensor<?x37xf32>, tensor<3x37xf32>) -> tensor<?x3xf32>
    return %3, %4, %5 : tensor<?x21xf32>, tensor<?xi64>, tensor<?x3xf32>
  }
}
