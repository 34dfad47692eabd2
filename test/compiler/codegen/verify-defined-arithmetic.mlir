// RUN: nnc-opt %s --split-input-file --verify-diagnostics --nnc-verify-defined-arithmetic

llvm.func @allowed(%x: f32, %p: !llvm.ptr) -> f32 {
  %0 = llvm.intr.fma(%x, %x, %x) : (f32, f32, f32) -> f32
  llvm.call_intrinsic "llvm.x86.sse.stmxcsr"(%p) : (!llvm.ptr) -> ()
  %1 = llvm.call @allowed(%0, %p) : (f32, !llvm.ptr) -> f32
  llvm.return %1 : f32
}

// -----

llvm.func @fused_or_not(%x: f32) -> f32 {
  // expected-error @below {{fmuladd is fused or not as the backend likes}}
  %0 = llvm.intr.fmuladd(%x, %x, %x) : (f32, f32, f32) -> f32
  llvm.return %0 : f32
}

// -----

llvm.func @fast(%x: f32) -> f32 {
  // expected-error @below {{'llvm.fadd' has fast-math flags}}
  %0 = llvm.fadd %x, %x {fastmathFlags = #llvm.fastmath<contract>} : f32
  llvm.return %0 : f32
}

// -----

llvm.func @expf(f32) -> f32
llvm.func @library(%x: f32) -> f32 {
  // expected-error @below {{call of 'expf', which the module does not define}}
  %0 = llvm.call @expf(%x) : (f32) -> f32
  llvm.return %0 : f32
}

// -----

llvm.func @pointer(%f: !llvm.ptr, %x: f32) -> f32 {
  // expected-error @below {{call of 'a pointer', which the module does not define}}
  %0 = llvm.call %f(%x) : !llvm.ptr, (f32) -> f32
  llvm.return %0 : f32
}

// -----

llvm.func @becomes_memcpy(%p: !llvm.ptr, %q: !llvm.ptr, %n: i64) {
  // expected-error @below {{'llvm.intr.memcpy' is not among the intrinsics with one meaning everywhere}}
  "llvm.intr.memcpy"(%p, %q, %n) <{isVolatile = false}> : (!llvm.ptr, !llvm.ptr, i64) -> ()
  llvm.return
}

// -----

llvm.func @library_intrinsic(%x: f32) -> f32 {
  // expected-error @below {{'llvm.intr.exp' is not among the intrinsics with one meaning everywhere}}
  %0 = llvm.intr.exp(%x) : (f32) -> f32
  llvm.return %0 : f32
}

// -----

llvm.func @approximate(%x: vector<4xf32>) -> vector<4xf32> {
  // expected-error @below {{intrinsic 'llvm.x86.sse.rcp.ps' is not among those with one meaning everywhere}}
  %0 = llvm.call_intrinsic "llvm.x86.sse.rcp.ps"(%x) : (vector<4xf32>) -> vector<4xf32>
  llvm.return %0 : vector<4xf32>
}

// -----

llvm.func @remainder(%x: f32) -> f32 {
  // expected-error @below {{'llvm.frem' becomes a call of a library function or is not defined everywhere}}
  %0 = llvm.frem %x, %x : f32
  llvm.return %0 : f32
}

// -----

llvm.func @not_lowered(%x: f32) -> f32 {
  // expected-error @below {{'arith.addf' is not in the LLVM dialect after lowering}}
  %0 = arith.addf %x, %x : f32
  llvm.return %0 : f32
}

// -----

gpu.module @kernels {
  llvm.func @allowed(%x: f32, %p: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %0 = nvvm.read.ptx.sreg.tid.x : i32
    %1 = llvm.intr.fma(%x, %x, %x) : (f32, f32, f32) -> f32
    nvvm.barrier
    llvm.store %1, %p : f32, !llvm.ptr<1>
    llvm.return
  }
}

// -----

gpu.module @kernels {
  llvm.func @approximate(%x: f32) -> f32 {
    // expected-error @below {{'nvvm.rcp.approx.ftz.f' is not among the GPU's operations with one meaning everywhere}}
    %0 = nvvm.rcp.approx.ftz.f %x : f32
    llvm.return %0 : f32
  }
}

// -----

gpu.module @kernels {
  llvm.func @__nv_expf(f32) -> f32
  llvm.func @libdevice(%x: f32) -> f32 {
    // expected-error @below {{call of '__nv_expf', which the module does not define}}
    %0 = llvm.call @__nv_expf(%x) : (f32) -> f32
    llvm.return %0 : f32
  }
}

// -----

gpu.module @kernels {
  gpu.func @not_lowered() kernel { // expected-error {{'gpu.func' is not in the LLVM dialect after lowering}}
    gpu.return // expected-error {{'gpu.return' is not in the LLVM dialect after lowering}}
  }
}
