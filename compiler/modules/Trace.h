//===- Trace.h - forward, run on symbolic values, as IR ---------*- C++ -*-===//

#ifndef NNC_COMPILER_MODULES_TRACE_H
#define NNC_COMPILER_MODULES_TRACE_H

#include "compiler/modules/ModuleWalk.h"
#include "nnc/compile.h"
#include "nnc/nn/Value.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace nnc::nn::detail {

/// Thrown through forward when the batch cannot stay open: the code is then made for one batch.
struct BatchIsNeeded {};

/// The IR of one call of a module. Values refer to it and keep it alive.
class Trace : public std::enable_shared_from_this<Trace> {
public:
  /// Calls `module` on symbolic inputs and returns the checked model. With `open`, extent 0 of every input is the
  /// batch. Throws BatchIsNeeded if `open` is not possible, else Error with the path of the module that is wrong.
  static std::shared_ptr<Trace> make(const Module &module, const ModuleWalk &walk, const std::vector<Shape> &inputs,
                                     bool open);

  /// The trace that `value` belongs to.
  static Trace &of(const Value &value) { return *value.trace; }
  static std::shared_ptr<Trace> share(const Value &value) { return value.trace; }

  /// The operation nn.`name` of `operands`, all of this trace.
  Value apply(llvm::StringRef name, const std::vector<Value> &operands, const std::vector<Attribute> &attributes);
  /// `parameter`, which the module lists.
  Value get(const Parameter &parameter);
  /// The shape of a value, with -1 for the batch.
  Shape shapeOf(const Value &value) const;
  /// Extent `dim` of a value. Throws BatchIsNeeded for the open batch.
  int64_t extentOf(const Value &value, int64_t dim) const;

  /// What follows belongs to `module`, until leave().
  void enter(const Module &module);
  void leave() { paths.pop_back(); }

  /// The model's text: what tells it from others.
  std::string print();
  /// The library for `device` of this machine. Changes the model.
  std::string compile(const Device &device);

  /// Throws Error with the path of the module that is being called.
  [[noreturn]] void fail(const std::string &message, StatusCode code = StatusCode::Invalid) const;

private:
  Trace(const Module &module, const ModuleWalk &walk, bool open);

  void build(const Module &module, const ModuleWalk &walk, const std::vector<Shape> &inputs);
  mlir::Location location();
  mlir::Value get(const Value &value) const;
  Value add(mlir::Value value);
  /// Throws what the diagnostics since the last call say.
  [[noreturn]] void failWithDiagnostics(CompileStatus status = CompileStatus::Invalid);

  mlir::MLIRContext context;
  std::string diagnostics;
  mlir::ScopedDiagnosticHandler handler;
  mlir::OpBuilder builder;
  mlir::OwningOpRef<mlir::ModuleOp> model;
  bool open;
  bool isBuilt = false; ///< whether forward has returned
  std::vector<mlir::Value> values;
  std::map<ElementsId, mlir::Value> parameters;        ///< by their elements
  std::map<const Module::State *, std::string> places; ///< the path of each module that fields lead to
  std::string rootType;
  std::vector<std::string> paths; ///< of the calls that are under way
};

} // namespace nnc::nn::detail

#endif // NNC_COMPILER_MODULES_TRACE_H
