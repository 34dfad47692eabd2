// NaN, infinities, signed zeros and subnormals, in whole vectors and in their tails, against values worked out by hand.
// REQUIRES: compiler, x86-64-v3
// RUN: %python %models/special-values.py %t
// RUN: nnc %s -o %t.so -mcpu=x86-64-v3 && nnc-run %t.so -i %t/x.npy --expect relu=%t/relu.npy --expect class=%t/class.npy --expect softmax=%t/softmax.npy --expect log_softmax=%t/log_softmax.npy --expect sums=%t/sums.npy -w %t/ones.safetensors
// RUN: nnc --verify %s -w %t/ones.safetensors -mcpu=x86-64-v3

module @SpecialValues {
  func.func @forward(%x: tensor<?x19xf32>) -> (tensor<?x19xf32> {nn.name = "log_softmax"}, tensor<?x19xf32> {nn.name = "relu"}, tensor<?xi64> {nn.name = "class"},
                                               tensor<?x19xf32> {nn.name = "softmax"}, tensor<?x1xf32> {nn.name = "sums"}) {
    %w = nn.parameter "w" : tensor<1x19xf32>
    %0 = nn.relu %x : tensor<?x19xf32>
    %1 = nn.argmax %x : (tensor<?x19xf32>) -> tensor<?xi64>
    %2 = nn.softmax %x : tensor<?x19xf32>
    %3 = nn.linear %x, %w : (tensor<?x19xf32>, tensor<1x19xf32>) -> tensor<?x1xf32>
    %4 = nn.log_softmax %x : tensor<?x19xf32>
    return %4, %0, %1, %2, %3 : tensor<?x19xf32>, tensor<?x19xf32>, tensor<?xi64>, tensor<?x19xf32>, tensor<?x1xf32>
  }
}
