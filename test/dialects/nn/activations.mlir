// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s --mlir-print-op-generic | nnc-opt | FileCheck %s
// RUN: nnc-opt %s --nn-fuse-linear-epilogue | FileCheck %s --check-prefix=FUSED

// PyTorch's defaults are not printed.
// CHECK-LABEL: func.func @constants
// FUSED-LABEL: func.func @constants
func.func @constants(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %w = nn.parameter "w" : tensor<2x3xf32>
  // FUSED: nn.linear
  // FUSED-SAME: epilogue = [
  %0 = nn.linear %x, %w : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  // FUSED-SAME: #nn.hardshrink<5.000000e-01>,
  // CHECK: nn.hardshrink %{{.*}} : tensor<?x2xf32>
  %1 = nn.hardshrink %0 {lambd = 0.5 : f32} : tensor<?x2xf32>
  // FUSED-SAME: #nn.hardsigmoid,
  // CHECK: nn.hardsigmoid %{{.*}} : tensor<?x2xf32>
  %2 = nn.hardsigmoid %1 : tensor<?x2xf32>
  // FUSED-SAME: #nn.hardswish,
  // CHECK: nn.hardswish %{{.*}} : tensor<?x2xf32>
  %3 = nn.hardswish %2 : tensor<?x2xf32>
  // FUSED-SAME: #nn.hardtanh<-1.000000e+00, 0x7F800000>,
  // CHECK: nn.hardtanh %{{.*}} {max_val = 0x7F800000 : f32} : tensor<?x2xf32>
  %4 = nn.hardtanh %3 {min_val = -1.0 : f32, max_val = 0x7F800000 : f32} : tensor<?x2xf32>
  // FUSED-SAME: #nn.leaky_relu<2.000000e-01>,
  // CHECK: nn.leaky_relu %{{.*}} {negative_slope = 2.000000e-01 : f32} : tensor<?x2xf32>
  %5 = nn.leaky_relu %4 {negative_slope = 0.2 : f32} : tensor<?x2xf32>
  // FUSED-SAME: #nn.relu6,
  // CHECK: nn.relu6 %{{.*}} : tensor<?x2xf32>
  %6 = nn.relu6 %5 : tensor<?x2xf32>
  // FUSED-SAME: #nn.softshrink<5.000000e-01>,
  // CHECK: nn.softshrink %{{.*}} : tensor<?x2xf32>
  %7 = nn.softshrink %6 : tensor<?x2xf32>
  // FUSED-SAME: #nn.softsign,
  // CHECK: nn.softsign %{{.*}} : tensor<?x2xf32>
  %8 = nn.softsign %7 : tensor<?x2xf32>
  // FUSED-SAME: #nn.threshold<1.000000e-01, 2.000000e+01>,
  // CHECK: nn.threshold %{{.*}} {threshold = 1.000000e-01 : f32, value = 2.000000e+01 : f32} : tensor<?x2xf32>
  %9 = nn.threshold %8 {threshold = 0.1 : f32, value = 20.0 : f32} : tensor<?x2xf32>
  // FUSED-SAME: #nn.celu<1.000000e+00>,
  // CHECK: nn.celu %{{.*}} : tensor<?x2xf32>
  %10 = nn.celu %9 : tensor<?x2xf32>
  // FUSED-SAME: #nn.elu<5.000000e-01>,
  // CHECK: nn.elu %{{.*}} {alpha = 5.000000e-01 : f32} : tensor<?x2xf32>
  %11 = nn.elu %10 {alpha = 0.5 : f32} : tensor<?x2xf32>
  // FUSED-SAME: #nn.gelu<"none">,
  // CHECK: nn.gelu %{{.*}} : tensor<?x2xf32>
  %12 = nn.gelu %11 {approximate = "none"} : tensor<?x2xf32>
  // FUSED-SAME: #nn.gelu<"tanh">,
  // CHECK: nn.gelu %{{.*}} {approximate = "tanh"} : tensor<?x2xf32>
  %13 = nn.gelu %12 {approximate = "tanh"} : tensor<?x2xf32>
  // FUSED-SAME: #nn.logsigmoid,
  // CHECK: nn.logsigmoid %{{.*}} : tensor<?x2xf32>
  %14 = nn.logsigmoid %13 : tensor<?x2xf32>
  // FUSED-SAME: #nn.mish,
  // CHECK: nn.mish %{{.*}} : tensor<?x2xf32>
  %15 = nn.mish %14 : tensor<?x2xf32>
  // FUSED-SAME: #nn.selu,
  // CHECK: nn.selu %{{.*}} : tensor<?x2xf32>
  %16 = nn.selu %15 : tensor<?x2xf32>
  // FUSED-SAME: #nn.sigmoid,
  // CHECK: nn.sigmoid %{{.*}} : tensor<?x2xf32>
  %17 = nn.sigmoid %16 : tensor<?x2xf32>
  // FUSED-SAME: #nn.silu,
  // CHECK: nn.silu %{{.*}} : tensor<?x2xf32>
  %18 = nn.silu %17 : tensor<?x2xf32>
  // FUSED-SAME: #nn.softplus<1.000000e+00, 2.000000e+01>,
  // CHECK: nn.softplus %{{.*}} : tensor<?x2xf32>
  %19 = nn.softplus %18 {beta = 1.0 : f32} : tensor<?x2xf32>
  // FUSED-SAME: #nn.tanh,
  // CHECK: nn.tanh %{{.*}} : tensor<?x2xf32>
  %20 = nn.tanh %19 : tensor<?x2xf32>
  // FUSED-SAME: #nn.tanhshrink]
  // CHECK: nn.tanhshrink %{{.*}} : tensor<?x2xf32>
  %21 = nn.tanhshrink %20 : tensor<?x2xf32>
  return %21 : tensor<?x2xf32>
}

// An epilogue is read as it is printed.
// CHECK-LABEL: func.func @epilogue
// CHECK: epilogue = [#nn.leaky_relu<2.000000e-01>, #nn.threshold<-1.000000e-01, 0xFF800000>]
func.func @epilogue(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %w = nn.parameter "w" : tensor<2x3xf32>
  %0 = nn.linear %x, %w {epilogue = [#nn.leaky_relu<0.2>, #nn.threshold<-0.1, 0xFF800000>]}
      : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
