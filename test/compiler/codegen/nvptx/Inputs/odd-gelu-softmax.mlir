// In is no multiple of 4, columns fill no panel; a long epilogue on few k.
module @GeluSoftmax {
  func.func @forward(%x0: tensor<?x17xf32>) -> tensor<?x3xf32> {
    %w0 = nn.parameter "0.weight" : tensor<130x17xf32>
    %b0 = nn.parameter "0.bias" : tensor<130xf32>
    %l0 = nn.linear %x0, %w0, %b0 : (tensor<?x17xf32>, tensor<130x17xf32>, tensor<130xf32>) -> tensor<?x130xf32>
    %y0 = nn.gelu %l0 : tensor<?x130xf32>
    %w1 = nn.parameter "1.weight" : tensor<479x130xf32>
    %b1 = nn.parameter "1.bias" : tensor<479xf32>
    %l1 = nn.linear %y0, %w1, %b1 : (tensor<?x130xf32>, tensor<479x130xf32>, tensor<479xf32>) -> tensor<?x479xf32>
    %y1 = nn.relu %l1 : tensor<?x479xf32>
    %w2 = nn.parameter "2.weight" : tensor<3x479xf32>
    %b2 = nn.parameter "2.bias" : tensor<3xf32>
    %l2 = nn.linear %y1, %w2, %b2 : (tensor<?x479xf32>, tensor<3x479xf32>, tensor<3xf32>) -> tensor<?x3xf32>
    %z = nn.softmax %l2 {dim = 1 : i64} : tensor<?x3xf32>
    return %z : tensor<?x3xf32>
  }
}
