// The main tile keeps its accumulators in registers for the whole of k and adds in ascending order; nothing is left to
// the backend to fuse.
// RUN: nnc-opt %s --split-input-file --nn-to-cpu-loops=cpus=x86-64-v4 --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,V4
// RUN: nnc-opt %s --split-input-file --nn-to-cpu-loops=cpus=x86-64-v3 --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,V3

module @Tail attributes {nn.parameters = [{name = "w", type = tensor<70x20xf32>}, {name = "b", type = tensor<70xf32>}]} {
  func.func @forward(%x: tensor<?x20xf32> {nn.name = "x"}) -> (tensor<?x70xf32> {nn.name = "y"}) {
    %w = nn.parameter "w" : tensor<70x20xf32>
    %b = nn.parameter "b" : tensor<70xf32>
    %y = nn.linear %x, %w, %b {epilogue = [#nn.relu]} : (tensor<?x20xf32>, tensor<70x20xf32>, tensor<70xf32>) -> tensor<?x70xf32>
    return %y : tensor<?x70xf32>
  }
}

// One kernel for all shapes with a bias, a ReLU and a tail of one vector.
// CHECK-LABEL: func.func private @linear_bias_tail
// V4-SAME: 16_relu_x86_64_v4(%[[X:.*]]: memref<?x?xf32>, %{{.*}}: memref<?xf32>, %[[PANELS:.*]]: memref<?x?x32xf32>, %{{.*}}: memref<?x16xf32>, %[[Y:.*]]: memref<?x?xf32>, %[[IN:.*]]: index, %{{.*}}: index, %[[STRETCH:.*]]: index, %{{.*}}: index, %{{.*}}: index)
// V3-SAME: 8_relu_x86_64_v3(%[[X:.*]]: memref<?x?xf32>, %{{.*}}: memref<?xf32>, %[[PANELS:.*]]: memref<?x?x16xf32>, %{{.*}}: memref<?x8xf32>, %[[Y:.*]]: memref<?x?xf32>, %[[IN:.*]]: index, %{{.*}}: index, %[[STRETCH:.*]]: index, %{{.*}}: index, %{{.*}}: index)
// The first loop over k is the main tile's: 6x64 or 6x16, for one stretch of k. Later stretches begin with what is in y;
// the weights that come next are asked for. Each row has a pointer of its own, whose origin LLVM does not see.
// CHECK: scf.for %[[FROM:.*]] = %c0 to %[[IN]] step %[[STRETCH]]
// CHECK: scf.for %[[PANEL:.*]] =
// CHECK: scf.for %[[ROW:.*]] = %c0 to
// CHECK: %[[START:.*]]:{{24|12}} = scf.if
// CHECK: } else {
// CHECK: vector.load %[[Y]][%[[ROW]],
// CHECK: %[[POINTER:.*]] = llvm.intr.launder.invariant.group %{{.*}} : !llvm.ptr
// CHECK-COUNT-5: llvm.intr.launder.invariant.group
// V4: %[[ACC:.*]]:24 = scf.for %[[K:.*]] = %[[FROM]] to %{{.*}} step %c4 iter_args
// V3: %[[ACC:.*]]:12 = scf.for %[[K:.*]] = %[[FROM]] to %{{.*}} step %c4 iter_args
// CHECK: memref.prefetch %[[PANELS]]
// CHECK-NOT: vector.store
// V4: vector.load %[[PANELS]][%[[PANEL]], %[[K]], %c0] : memref<?x?x32xf32>, vector<16xf32>
// V3: vector.load %[[PANELS]][%[[PANEL]], %[[K]], %c0] : memref<?x?x16xf32>, vector<8xf32>
// CHECK: %[[K64:.*]] = arith.index_cast %[[K]] : index to i64
// CHECK: %[[ADDRESS:.*]] = llvm.getelementptr %[[POINTER]][%[[K64]]] : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CHECK: %[[SCALAR:.*]] = llvm.load %[[ADDRESS]]
// CHECK: %[[BROADCAST:.*]] = vector.broadcast %[[SCALAR]]
// CHECK: math.fma %[[BROADCAST]], %{{.*}}, %{{.*}}
// CHECK: scf.yield
// CHECK: arith.cmpf olt
// CHECK: arith.select
// CHECK: vector.store %{{.*}}, %[[Y]]
// The tail stores the columns there are.
// CHECK: vector.maskedstore %[[Y]]

// -----

// Three columns: rows go across the lanes, as many as there are, one accumulator a column; squares of x are transposed.
module @Narrow attributes {nn.parameters = [{name = "w", type = tensor<3x40xf32>}]} {
  func.func @forward(%x: tensor<?x40xf32> {nn.name = "x"}) -> (tensor<?x3xf32> {nn.name = "y"}) {
    %w = nn.parameter "w" : tensor<3x40xf32>
    %y = nn.linear %x, %w : (tensor<?x40xf32>, tensor<3x40xf32>) -> tensor<?x3xf32>
    return %y : tensor<?x3xf32>
  }
}
// CHECK-LABEL: func.func private @linear_narrow3_tail
// CHECK-SAME: (%[[X:.*]]: memref<?x?xf32>, %{{.*}}: memref<?x?x{{.*}}xf32>, %[[TAIL:.*]]: memref<?x{{16|8}}xf32>, %[[Y:.*]]: memref<?x?xf32>, %[[IN:[^:]*]]: index,
// V4: scf.for %[[ROW:.*]] = %c0 to %{{.*}} step %c16
// V3: scf.for %[[ROW:.*]] = %c0 to %{{.*}} step %c8
// V4: scf.for %[[K:.*]] = %c0 to %{{.*}} step %c16 iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}})
// V3: scf.for %[[K:.*]] = %c0 to %{{.*}} step %c8 iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}})
// V4-COUNT-16: vector.load %[[X]]
// V3-COUNT-8: vector.load %[[X]]
// CHECK: %[[COLUMN:.*]] = vector.shuffle
// CHECK: memref.load %[[TAIL]][%[[K]], %c0]
// V4-COUNT-48: math.fma
// V3-COUNT-24: math.fma
// CHECK-NOT: math.fma
// CHECK: scf.yield
// CHECK: vector.maskedload %[[X]]
// CHECK: vector.maskedstore %[[Y]]

// -----

// A layer far larger than L2: panels of 48 columns, and rows that are packed for a stretch, eight together, before all
// panels pass them.
module @Large attributes {nn.parameters = [{name = "w", type = tensor<2048x2048xf32>}]} {
  func.func @forward(%x: tensor<?x2048xf32> {nn.name = "x"}) -> (tensor<?x2048xf32> {nn.name = "y"}) {
    %w = nn.parameter "w" : tensor<2048x2048xf32>
    %y = nn.linear %x, %w : (tensor<?x2048xf32>, tensor<2048x2048xf32>) -> tensor<?x2048xf32>
    return %y : tensor<?x2048xf32>
  }
}
// V4-LABEL: func.func private @linear_packed_tail32_x86_64_v4(
// V4-SAME: %[[X:.*]]: memref<?x?xf32>, %[[PANELS:.*]]: memref<?x?x48xf32>, %{{.*}}: memref<?x32xf32>, %{{.*}}: memref<?x?xf32>, %[[ROWS:.*]]: memref<?x?x8xf32>, %[[IN:[^:]*]]: index,
// V4: scf.for %[[FROM:.*]] = %c0 to %[[IN]]
// V4: %[[TO:.*]] = arith.minui
// V4: call @pack_rows8_x86_64_v4(%[[X]], %[[ROWS]], %[[FROM]], %[[TO]])
// V4: %{{.*}}:24 = scf.for %[[K:.*]] = %[[FROM]] to %{{.*}} step %c4 iter_args
// V4: vector.load %[[PANELS]][%{{.*}}, %[[K]], %c0] : memref<?x?x48xf32>, vector<16xf32>
// V4: %[[STEP:.*]] = arith.subi %[[K]], %[[FROM]]
// V4: %[[SCALAR:.*]] = memref.load %[[ROWS]][%{{.*}}, %[[STEP]], %c0]
// V4: vector.broadcast %[[SCALAR]]
// A few rows ask L2 for what lies 1024 k behind.
// V4: %{{.*}}:24 = scf.for %[[FEW:.*]] = %c0 to %{{.*}} step %c4 iter_args
// V4: %[[WITHIN:.*]] = arith.remui %[[FEW]], %c1024
// V4: %[[SEGMENT:.*]] = arith.subi %[[FEW]], %[[WITHIN]]
// V4: arith.addi %[[SEGMENT]], %c1024
// V4: memref.prefetch %[[PANELS]]{{.*}}locality<2>
// V3-LABEL: func.func private @linear_x86_64_v3(
// V3-NOT: memref<?x?x8xf32>

// -----

// Over 64 MiB of weights: parts share columns up to 80 rows each.
module @Memory attributes {nn.parameters = [{name = "w", type = tensor<4112x4096xf32>}]} {
  func.func @forward(%x: tensor<?x4096xf32> {nn.name = "x"}) -> (tensor<?x4112xf32> {nn.name = "y"}) {
    %w = nn.parameter "w" : tensor<4112x4096xf32>
    %y = nn.linear %x, %w : (tensor<?x4096xf32>, tensor<4112x4096xf32>) -> tensor<?x4112xf32>
    return %y : tensor<?x4112xf32>
  }
}
// CHECK-LABEL: func.func private @uses_columns_
// CHECK-SAME: (%{{.*}}: index, %[[PARTS:.*]]: index)
// CHECK: arith.muli %[[PARTS]], %c80
