// The tutorial's network, with what the tutorial does to its result: softmax and the predicted class.
module @Classifier {
  func.func @forward(%x: tensor<?x28x28xf32> {nn.name = "x"})
      -> (tensor<?x10xf32> {nn.name = "probabilities"}, tensor<?xi64> {nn.name = "predicted class"}) {
    %w0 = nn.parameter "linear_relu_stack.0.weight" : tensor<512x784xf32>
    %b0 = nn.parameter "linear_relu_stack.0.bias" : tensor<512xf32>
    %w2 = nn.parameter "linear_relu_stack.2.weight" : tensor<512x512xf32>
    %b2 = nn.parameter "linear_relu_stack.2.bias" : tensor<512xf32>
    %w4 = nn.parameter "linear_relu_stack.4.weight" : tensor<10x512xf32>
    %b4 = nn.parameter "linear_relu_stack.4.bias" : tensor<10xf32>
    %0 = nn.flatten %x : (tensor<?x28x28xf32>) -> tensor<?x784xf32>
    %1 = nn.linear %0, %w0, %b0 : (tensor<?x784xf32>, tensor<512x784xf32>, tensor<512xf32>) -> tensor<?x512xf32>
    %2 = nn.relu %1 : tensor<?x512xf32>
    %3 = nn.linear %2, %w2, %b2 : (tensor<?x512xf32>, tensor<512x512xf32>, tensor<512xf32>) -> tensor<?x512xf32>
    %4 = nn.relu %3 : tensor<?x512xf32>
    %5 = nn.linear %4, %w4, %b4 : (tensor<?x512xf32>, tensor<10x512xf32>, tensor<10xf32>) -> tensor<?x10xf32>
    %6 = nn.softmax %5 {dim = 1 : i64} : tensor<?x10xf32>
    %7 = nn.argmax %6 {dim = 1 : i64} : (tensor<?x10xf32>) -> tensor<?xi64>
    return %6, %7 : tensor<?x10xf32>, tensor<?xi64>
  }
}
