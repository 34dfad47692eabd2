//===- Module.h - a parsed PTX module ---------------------------*- C++ -*-===//
//
// Variables and functions, with every name resolved but labels and functions, which may be used before they are
// declared.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_PTX_MODULE_H
#define SOFTGPU_PTX_MODULE_H

#include "Types.h"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace softgpu {

/// One register; a vector register is `vector` of them, the components following each other in Function::registers.
struct Register {
  std::string name;
  ScalarType type;
  unsigned vector = 1;
  unsigned index = 0;
};

struct Variable;

/// An address that an initialiser holds: `bytes` bytes at `offset` get the address of `name`, plus `addend`.
struct Relocation {
  size_t offset = 0;
  unsigned bytes = 8;
  std::string name;
  bool generic = false;
  int64_t addend = 0;
};

/// A variable or parameter. `address` is its place within its state space, once laid out.
struct Variable {
  std::string name;
  Space space = Space::Global;
  ScalarType type;
  size_t align = 1;
  size_t sizeBytes = 0;
  bool isExtern = false;
  bool isDynamicShared = false;
  std::vector<uint8_t> initial; // empty: zero in .global and .const, not written elsewhere
  std::vector<Relocation> relocations;
  uint64_t address = 0;
};

enum class Special : uint8_t {
  TidX,
  TidY,
  TidZ,
  NtidX,
  NtidY,
  NtidZ,
  CtaidX,
  CtaidY,
  CtaidZ,
  NctaidX,
  NctaidY,
  NctaidZ,
  LaneId,
  WarpId,
  NWarpId,
  SmId,
  NSmId,
  GridId,
  LaneMaskEq,
  LaneMaskLe,
  LaneMaskLt,
  LaneMaskGe,
  LaneMaskGt,
  Clock,
  ClockHi,
  Clock64,
  GlobalTimer,
  GlobalTimerLo,
  GlobalTimerHi,
  DynamicSmemSize,
  TotalSmemSize,
  EnvReg,
  Count
};

struct Operand {
  enum Kind : uint8_t { Reg, SpecialReg, Integer, Float32, Float64, Var, Name, Vector, Address, Pair, List, Sink };
  Kind kind = Sink;
  bool negated = false; // !p
  Special special = Special::Count;
  const Register *reg = nullptr;
  const Variable *var = nullptr;
  std::string name;           // a label or function
  uint64_t bits = 0;          // immediate, or the offset of an address or variable
  std::vector<Operand> parts; // of a vector, pair (p|q) or list; the base of an address
};

/// `@guard name.modifier.modifier operands;`
struct Statement {
  unsigned line = 0;
  const Register *guard = nullptr;
  bool guardNegated = false;
  std::string name;
  std::vector<std::string> modifiers;
  std::vector<Operand> operands;
};

/// A formal parameter: a variable (.param) or a register (.reg).
struct Parameter {
  Variable *var = nullptr;
  Register *reg = nullptr;
};

struct Function {
  std::string name;
  unsigned line = 0;
  bool isEntry = false;
  bool hasBody = false;
  std::vector<Parameter> parameters;
  std::vector<Parameter> results;
  std::deque<Register> registers;
  std::deque<Variable> variables; // parameters, .local, .param, and .shared declared inside
  std::vector<Statement> statements;
  std::map<std::string, size_t> labels;                          // -> index into statements
  std::map<std::string, std::vector<std::string>> branchTargets; // .branchtargets lists
  std::array<unsigned, 3> maxThreads = {0, 0, 0};
  std::array<unsigned, 3> requiredThreads = {0, 0, 0};
};

struct Module {
  unsigned version = 0; // 10 * major + minor
  unsigned target = 0;  // 80 for sm_80
  unsigned addressSize = 64;
  std::deque<Variable> variables;
  std::map<std::string, std::unique_ptr<Function>> functions;
  std::map<std::string, Variable *> names;
};

/// Throws PtxError.
std::unique_ptr<Module> parseModule(std::string_view source);

} // namespace softgpu

#endif
