// RUN: nnc-opt %s --split-input-file --verify-diagnostics --nn-check-model=max-tensor-bytes=1000000

// expected-error @below {{the module has the unknown attribute 'nn.flavour'; known are nn.version, nn.parameters}}
module attributes {nn.flavour = 1 : i64} {
}

// -----

// expected-error @below {{nn.version is 2, this nnc reads version 1}}
module attributes {nn.version = 2 : i64} {
}

// -----

// expected-error @below {{nn.version is an i64, not "1"}}
module attributes {nn.version = "1"} {
}

// -----

// expected-error @below {{the module has no function @forward}}
module {
}

// -----

module {
  // expected-error @below {{'builtin.module' in the module: a model has one function, @forward, there and nothing else}}
  module {
  }
}

// -----

module {
  // expected-error @below {{function @backward: a model has one function, @forward}}
  func.func @backward(%x: tensor<2xf32>) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
}

// -----

module {
  // expected-error @below {{@forward has a body of one block}}
  func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
    cf.br ^next
  ^next:
    return %x : tensor<2xf32>
  }
}

// -----

module {
  // expected-error @below {{@forward is private; it is what a model gives}}
  func.func private @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
}

// -----

module {
  // expected-error @below {{@forward has the unknown attribute 'nn.fast'; it takes none}}
  func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> attributes {nn.fast} {
    return %x : tensor<2xf32>
  }
}

// -----

module {
  // expected-error @below {{input 0 has the unknown attribute 'nn.layout'; known are nn.name}}
  func.func @forward(%x: tensor<2xf32> {nn.layout = 1 : i64}) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
}

// -----

module {
  // expected-error @below {{result 0: nn.name is a string that is not empty, not 3 : i64}}
  func.func @forward(%x: tensor<2xf32>) -> (tensor<2xf32> {nn.name = 3 : i64}) {
    return %x : tensor<2xf32>
  }
}

// -----

module {
  // expected-error @below {{input 0: nn.name is UTF-8 without control characters, not "\0A"}}
  func.func @forward(%x: tensor<2xf32> {nn.name = "\0A"}) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
}

// -----

// expected-error @below {{the module's name is UTF-8 without control characters, not "a\FF"}}
module @"a\FF" {
  func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
}

// -----

module {
  // expected-error @below {{@forward returns nothing; a model has at least one result}}
  func.func @forward(%x: tensor<2xf32>) {
    return
  }
}

// -----

module {
  func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
    // expected-error @below {{'arith.addf' is not an operation of a model; a model has those of nn and return}}
    %0 = arith.addf %x, %x : tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}

// -----

module {
  func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
    // expected-error @below {{'nn.softmax' has the unknown attribute 'axis'; known are dim}}
    %0 = nn.softmax %x {axis = 0 : i64} : tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}

// -----

module {
  func.func @forward(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
    %w = nn.parameter "w" : tensor<2x3xf32>
    // expected-error @below {{'nn.linear' has the unknown attribute 'epilogue'; it takes none}}
    %0 = nn.linear %x, %w {epilogue = [#nn.relu]} : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
    return %0 : tensor<?x2xf32>
  }
}

// -----

module {
  // expected-error @below {{input 0 is 'tensor<2xf16>': elements of type 'f16' are not supported yet; inputs are f32}}
  func.func @forward(%x: tensor<2xf16>) -> tensor<2xf16> {
    return %x : tensor<2xf16>
  }
}

// -----

module {
  // expected-error @below {{input 0 is 'index'; a model's values are ranked tensors}}
  func.func @forward(%x: index) -> index {
    return %x : index
  }
}

// -----

module {
  // expected-error @below {{input 0 is 'tensor<2x?xf32>': extents are at least 1, and only dimension 0, the batch, may be `?`}}
  func.func @forward(%x: tensor<2x?xf32>) -> tensor<2x?xf32> {
    return %x : tensor<2x?xf32>
  }
}

// -----

module {
  // expected-error @below {{input 1 is 'tensor<2xf32>': the batch `?` is dimension 0 of every input and result, or of none}}
  func.func @forward(%x: tensor<?x2xf32>, %y: tensor<2xf32>) -> tensor<?x2xf32> {
    return %x : tensor<?x2xf32>
  }
}

// -----

module {
  // expected-error @below {{result 1 is 'tensor<2xf32>': the batch `?` is dimension 0 of every input and result, or of none}}
  func.func @forward(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<2xf32>) {
    %w = nn.parameter "w" : tensor<2xf32>
    return %x, %w : tensor<?x2xf32>, tensor<2xf32>
  }
}

// -----

module {
  func.func @forward(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
    // expected-error @below {{'tensor<1000x1000xf32>' has 4000000 bytes a sample; the limit is 1000000 (--max-tensor-bytes)}}
    %w = nn.parameter "w" : tensor<1000x1000xf32>
    return %x : tensor<?x3xf32>
  }
}

// -----

module {
  // expected-error @below {{has more bytes than 64 bits count; the limit is 1000000}}
  func.func @forward(%x: tensor<4294967296x4294967296x4xf32>) -> tensor<4294967296x4294967296x4xf32> {
    return %x : tensor<4294967296x4294967296x4xf32>
  }
}

// -----

module {
  func.func @forward(%x: tensor<3xf32>, %w: tensor<2x3xf32>) -> tensor<2xf32> {
    // expected-error @below {{'nn.linear' op expects its weight to be the result of nn.parameter}}
    %0 = nn.linear %x, %w : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}

// -----

module {
  func.func @forward(%x: tensor<3xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
    %w = nn.parameter "w" : tensor<2x3xf32>
    // expected-error @below {{'nn.linear' op expects its bias to be the result of nn.parameter}}
    %0 = nn.linear %x, %w, %b : (tensor<3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}

// -----

module {
  func.func @forward(%x: tensor<3xf32>) -> tensor<3xf32> {
    // expected-note @below {{declared here}}
    %v = nn.parameter "w" : tensor<2x3xf32>
    // expected-error @below {{'nn.parameter' op "w" is 'tensor<3xf32>' here and 'tensor<2x3xf32>' before}}
    %w = nn.parameter "w" : tensor<3xf32>
    return %x : tensor<3xf32>
  }
}

// -----

module {
  // expected-error @below {{inputs 0 and 1 are both named 'a'}}
  func.func @forward(%x: tensor<3xf32> {nn.name = "a"}, %y: tensor<3xf32> {nn.name = "a"}) -> tensor<3xf32> {
    return %x : tensor<3xf32>
  }
}

// -----

module {
  // A default name counts like one that was given.
  // expected-error @below {{results 0 and 1 are both named 'y1'}}
  func.func @forward(%x: tensor<3xf32>) -> (tensor<3xf32> {nn.name = "y1"}, tensor<3xf32>) {
    return %x, %x : tensor<3xf32>, tensor<3xf32>
  }
}
