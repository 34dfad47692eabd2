//===- Passes.h - the frontend's check as a pass ----------------*- C++ -*-===//

#ifndef NNC_COMPILER_FRONTEND_PASSES_H
#define NNC_COMPILER_FRONTEND_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace nnc::frontend {

#define GEN_PASS_DECL
#include "compiler/frontend/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/frontend/Passes.h.inc"

} // namespace nnc::frontend

#endif // NNC_COMPILER_FRONTEND_PASSES_H
