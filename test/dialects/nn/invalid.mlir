// RUN: nnc-opt %s --split-input-file --verify-diagnostics

func.func @element_type(%x: tensor<2x3xf64>) {
  // expected-error @below {{operand #0 must be tensor of f32 with extents of at least 1, of which the first may be the open batch}}
  %0 = nn.relu %x : tensor<2x3xf64>
  return
}

// -----

func.func @open_inside(%x: tensor<2x?xf32>) {
  // expected-error @below {{operand #0 must be tensor of f32 with extents of at least 1}}
  %0 = nn.relu %x : tensor<2x?xf32>
  return
}

// -----

func.func @no_elements(%x: tensor<2x0xf32>) {
  // expected-error @below {{operand #0 must be tensor of f32 with extents of at least 1}}
  %0 = nn.relu %x : tensor<2x0xf32>
  return
}

// -----

func.func @unranked(%x: tensor<*xf32>) {
  // expected-error @below {{invalid kind of type specified: expected builtin.tensor, but found 'tensor<*xf32>'}}
  %0 = nn.relu %x : tensor<*xf32>
  return
}

// -----

func.func @encoding(%x: tensor<2xf32, "blocked">) {
  // expected-error @below {{operand #0 must be tensor of f32}}
  %0 = nn.relu %x : tensor<2xf32, "blocked">
  return
}

// -----

func.func @open_parameter() {
  // expected-error @below {{result #0 must be tensor of f32 with extents of at least 1, but got 'tensor<?x3xf32>'}}
  %0 = nn.parameter "w" : tensor<?x3xf32>
  return
}

// -----

func.func @no_name() {
  // expected-error @below {{'nn.parameter' op expects a name that is not empty}}
  %0 = nn.parameter "" : tensor<3xf32>
  return
}

// -----

func.func @name_with_nul() {
  // expected-error @below {{'nn.parameter' op expects a name in UTF-8 without control characters, not "a\00b"}}
  %0 = nn.parameter "a\00b" : tensor<3xf32>
  return
}

// -----

func.func @name_in_latin1() {
  // expected-error @below {{'nn.parameter' op expects a name in UTF-8 without control characters, not "\FC"}}
  %0 = nn.parameter "\FC" : tensor<3xf32>
  return
}

// -----

func.func @flatten_start(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.flatten' op 'start_dim' is 2, but the input 'tensor<2x3xf32>' has rank 2}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.flatten %x {start_dim = 2 : i64} : (tensor<2x3xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @flatten_end(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.flatten' op 'end_dim' is -3, but the input 'tensor<2x3xf32>' has rank 2}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.flatten %x {end_dim = -3 : i64} : (tensor<2x3xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @flatten_order(%x: tensor<2x3x4xf32>) {
  // expected-error @below {{'nn.flatten' op 'start_dim' (2) comes after 'end_dim' (1)}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.flatten %x {start_dim = 2 : i64, end_dim = 1 : i64} : (tensor<2x3x4xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @flatten_batch(%x: tensor<?x3xf32>) {
  // expected-error @below {{'nn.flatten' op cannot merge the open batch of 'tensor<?x3xf32>' with other dimensions}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.flatten %x {start_dim = 0 : i64} : (tensor<?x3xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @flatten_overflow(%x: tensor<4611686018427387904x4xf32>) {
  // expected-error @below {{'nn.flatten' op the merged extent of 'tensor<4611686018427387904x4xf32>' does not fit 64 bits}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.flatten %x {start_dim = 0 : i64} : (tensor<4611686018427387904x4xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @flatten_result(%x: tensor<?x3x4xf32>) {
  // expected-error @below {{inferred type(s) 'tensor<?x12xf32>' are incompatible with return type(s) of operation 'tensor<?x11xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.flatten %x : (tensor<?x3x4xf32>) -> tensor<?x11xf32>
  return
}

// -----

func.func @linear_weight_rank(%x: tensor<?x3xf32>) {
  %w = nn.parameter "w" : tensor<3xf32>
  // expected-error @below {{'nn.linear' op expects a weight of rank 2 (out, in), but got 'tensor<3xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.linear %x, %w : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @linear_scalar(%x: tensor<f32>) {
  %w = nn.parameter "w" : tensor<2x3xf32>
  // expected-error @below {{'nn.linear' op expects an input of rank 1 or more, but got 'tensor<f32>'}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.linear %x, %w : (tensor<f32>, tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @linear_batch(%x: tensor<?xf32>) {
  %w = nn.parameter "w" : tensor<2x3xf32>
  // expected-error @below {{'nn.linear' op the last dimension of its input 'tensor<?xf32>' is the open batch}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.linear %x, %w : (tensor<?xf32>, tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @linear_in(%x: tensor<?x64xf32>) {
  %w = nn.parameter "w" : tensor<5x128xf32>
  // expected-error @below {{'nn.linear' op expects weight dimension 1 (128) to equal the input's last dimension (64)}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.linear %x, %w : (tensor<?x64xf32>, tensor<5x128xf32>) -> tensor<?x5xf32>
  return
}

// -----

func.func @linear_bias_rank(%x: tensor<?x3xf32>) {
  %w = nn.parameter "w" : tensor<2x3xf32>
  %b = nn.parameter "b" : tensor<1x2xf32>
  // expected-error @below {{'nn.linear' op expects a bias of rank 1 (out), but got 'tensor<1x2xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.linear %x, %w, %b : (tensor<?x3xf32>, tensor<2x3xf32>, tensor<1x2xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @linear_bias(%x: tensor<?x3xf32>) {
  %w = nn.parameter "w" : tensor<2x3xf32>
  %b = nn.parameter "b" : tensor<3xf32>
  // expected-error @below {{'nn.linear' op expects bias dimension 0 (3) to equal weight dimension 0 (2)}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.linear %x, %w, %b : (tensor<?x3xf32>, tensor<2x3xf32>, tensor<3xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @linear_result(%x: tensor<?x3xf32>) {
  %w = nn.parameter "w" : tensor<2x3xf32>
  // expected-error @below {{inferred type(s) 'tensor<?x2xf32>' are incompatible with return type(s) of operation 'tensor<?x3xf32>'}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.linear %x, %w : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @linear_epilogue(%x: tensor<?x3xf32>) {
  %w = nn.parameter "w" : tensor<2x3xf32>
  // expected-error @below {{attribute 'epilogue' failed to satisfy constraint: array of element functions}}
  %0 = nn.linear %x, %w {epilogue = ["relu"]} : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @softmax_dim(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.softmax' op 'dim' is 2, but the input 'tensor<2x3xf32>' has rank 2}}
  %0 = nn.softmax %x {dim = 2 : i64} : tensor<2x3xf32>
  return
}

// -----

func.func @softmax_scalar(%x: tensor<f32>) {
  // expected-error @below {{'nn.softmax' op 'dim' is 1, but the input 'tensor<f32>' has rank 0}}
  %0 = nn.softmax %x {dim = 1 : i64} : tensor<f32>
  return
}

// -----

func.func @log_softmax_batch(%x: tensor<?x3xf32>) {
  // expected-error @below {{'nn.log_softmax' op 'dim' is -2, the open batch of 'tensor<?x3xf32>'; no operation may read across it}}
  %0 = nn.log_softmax %x {dim = -2 : i64} : tensor<?x3xf32>
  return
}

// -----

func.func @softmax_batch(%x: tensor<?x3xf32>) {
  // expected-error @below {{'nn.softmax' op 'dim' is 0, the open batch of 'tensor<?x3xf32>'; no operation may read across it}}
  %0 = nn.softmax %x {dim = 0 : i64} : tensor<?x3xf32>
  return
}

// -----

func.func @argmax_dim(%x: tensor<2x3xf32>) {
  // expected-error @below {{'nn.argmax' op 'dim' is -3, but the input 'tensor<2x3xf32>' has rank 2}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.argmax %x {dim = -3 : i64} : (tensor<2x3xf32>) -> tensor<2xi64>
  return
}

// -----

func.func @argmax_batch(%x: tensor<?x3xf32>) {
  // expected-error @below {{'nn.argmax' op 'dim' is -2, the open batch of 'tensor<?x3xf32>'; no operation may read across it}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.argmax %x {dim = -2 : i64} : (tensor<?x3xf32>) -> tensor<3xi64>
  return
}

// -----

func.func @argmax_result(%x: tensor<?x3xf32>) {
  // expected-error @below {{inferred type(s) 'tensor<?xi64>' are incompatible with return type(s) of operation 'tensor<?x1xi64>'}}
  // expected-error @below {{failed to infer returned types}}
  %0 = nn.argmax %x : (tensor<?x3xf32>) -> tensor<?x1xi64>
  return
}

// -----

func.func @unknown(%x: tensor<?x3xf32>) {
  // expected-error @below {{custom op 'nn.rellu' is not known; the nn dialect has nn.argmax, nn.celu, nn.elu, nn.flatten, nn.gelu, }}
  %0 = nn.rellu %x : tensor<?x3xf32>
  return
}

// -----

func.func @constant_type(%x: tensor<?x3xf32>) {
  // expected-error @below {{attribute 'negative_slope' failed to satisfy constraint: 32-bit float attribute}}
  %0 = nn.leaky_relu %x {negative_slope = 0.01 : f64} : tensor<?x3xf32>
  return
}

// -----

func.func @threshold_without_value(%x: tensor<?x3xf32>) {
  // expected-error @below {{'nn.threshold' op requires attribute 'value'}}
  %0 = nn.threshold %x {threshold = 0.1 : f32} : tensor<?x3xf32>
  return
}

// -----

func.func @hardtanh_bounds(%x: tensor<?x3xf32>) {
  // expected-error @below {{'nn.hardtanh' op 'min_val' (1) is not less than 'max_val' (1)}}
  %0 = nn.hardtanh %x {min_val = 1.0 : f32} : tensor<?x3xf32>
  return
}

// -----

func.func @hardtanh_nan(%x: tensor<?x3xf32>) {
  // expected-error @below {{'nn.hardtanh' op 'min_val' (NaN) is not less than 'max_val' (1)}}
  %0 = nn.hardtanh %x {min_val = 0x7FC00000 : f32} : tensor<?x3xf32>
  return
}

// -----

func.func @hardtanh_epilogue(%x: tensor<?x3xf32>) {
  %w = nn.parameter "w" : tensor<2x3xf32>
  // expected-error @below {{'min_val' (2) is not less than 'max_val' (1)}}
  %0 = nn.linear %x, %w {epilogue = [#nn.hardtanh<2.0, 1.0>]} : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @softshrink_lambd(%x: tensor<?x3xf32>) {
  // expected-error @below {{'nn.softshrink' op 'lambd' is -0.5; it is finite and at least 0}}
  %0 = nn.softshrink %x {lambd = -0.5 : f32} : tensor<?x3xf32>
  return
}

// -----

func.func @softshrink_infinite(%x: tensor<?x3xf32>) {
  // expected-error @below {{'nn.softshrink' op 'lambd' is +Inf; it is finite and at least 0}}
  %0 = nn.softshrink %x {lambd = 0x7F800000 : f32} : tensor<?x3xf32>
  return
}

// -----

func.func @celu_alpha(%x: tensor<?x3xf32>) {
  // expected-error @below {{'nn.celu' op 'alpha' is 0, by which x is divided}}
  %0 = nn.celu %x {alpha = -0.0 : f32} : tensor<?x3xf32>
  return
}

// -----

func.func @gelu_approximate(%x: tensor<?x3xf32>) {
  // expected-error @below {{'nn.gelu' op 'approximate' is "sigmoid"; there are "none" and "tanh"}}
  %0 = nn.gelu %x {approximate = "sigmoid"} : tensor<?x3xf32>
  return
}
