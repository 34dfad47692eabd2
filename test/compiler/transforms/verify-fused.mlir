// RUN: nnc-opt %s --split-input-file --verify-diagnostics --nn-verify-fused

// expected-error @below {{expects one function @forward and nothing else}}
module {
  func.func @backward() {
    return
  }
}

// -----

// expected-error @below {{expects one function @forward and nothing else}}
module {
  func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
  func.func @other() {
    return
  }
}

// -----

module {
  func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
    // expected-error @below {{'arith.addf' op is not an operation that code generation knows}}
    %0 = arith.addf %x, %x : tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}

// -----

module {
  // expected-error @below {{expects a body of one block}}
  func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
    cf.br ^next
  ^next:
    return %x : tensor<2xf32>
  }
}

// -----

module {
  func.func @forward(%x: tensor<2xf32>, %w: tensor<2x2xf32>) -> tensor<2xf32> {
    // expected-error @below {{'nn.linear' op expects its weight and bias to be results of nn.parameter}}
    %0 = nn.linear %x, %w : (tensor<2xf32>, tensor<2x2xf32>) -> tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}

// -----

module attributes {nn.parameters = [{name = "v", type = tensor<2xf32>}]} {
  func.func @forward() -> tensor<2xf32> {
    // expected-error @below {{'nn.parameter' op "w" of 'tensor<2xf32>' is missing in the module's nn.parameters}}
    %0 = nn.parameter "w" : tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}

// -----

module attributes {nn.parameters = [{name = "w", type = tensor<3xf32>}]} {
  func.func @forward() -> tensor<2xf32> {
    // expected-error @below {{'nn.parameter' op "w" of 'tensor<2xf32>' is another type in the module's nn.parameters}}
    %0 = nn.parameter "w" : tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}

// -----

module attributes {nn.parameters = [{name = "w", type = tensor<2xf32>}]} {
  func.func @forward(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<2xf32>) {
    %0 = nn.parameter "w" : tensor<2xf32>
    // expected-error @below {{returns 'tensor<2xf32>', which has no batch, from an open model}}
    return %x, %0 : tensor<?x2xf32>, tensor<2xf32>
  }
}

// -----

module {
  // expected-error @below {{is open, but input 1 has no batch}}
  func.func @forward(%x: tensor<?x2xf32>, %y: tensor<2xf32>) -> tensor<?x2xf32> {
    return %x : tensor<?x2xf32>
  }
}
