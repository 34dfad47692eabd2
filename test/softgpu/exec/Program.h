//===- Program.h - a kernel decoded for execution ---------------*- C++ -*-===//
//
// With the functions it calls.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_EXEC_PROGRAM_H
#define SOFTGPU_EXEC_PROGRAM_H

#include "../ptx/Module.h"

#include <deque>

namespace softgpu {

class Warp;
struct Instruction;
using Handler = void (*)(Warp &, const Instruction &);

/// Where the 32 lanes of a value lie: a bank and a row of 32 x 4 bytes in it. 64-bit values take two rows, in which the
/// lanes lie as 8-byte numbers. A predicate is a mask of lanes in the first word of its row.
class Slot {
public:
  enum Bank : uint32_t { Frame = 0, Pool = 1, Specials = 2 };
  Slot() = default;
  Slot(Bank bank, uint32_t row) : code(row << 2 | bank) {}
  bool exists() const { return code != none; }
  uint32_t key() const { return code; }
  uint32_t bank() const { return code & 3; }
  uint32_t row() const { return code >> 2; }

private:
  static constexpr uint32_t none = ~0u;
  uint32_t code = none;
};

struct Instruction {
  Handler run = nullptr;
  Slot guard;
  bool guardNegated = false;
  uint8_t count = 1;  // elements of a vector access
  uint16_t flags = 0; // what the handler makes of it
  Slot slots[6];      // destinations first
  int64_t immediate = 0;
  uint32_t line = 0;
  uint32_t extra = 0; // index into a side table, or a second number
};

/// How an argument or result travels between a caller's and a callee's frame.
struct Transfer {
  enum Kind : uint8_t { Bytes, Register32, Register64, Predicate, RegisterToBytes } kind = Bytes;
  Slot from, to;                         // registers
  uint64_t fromOffset = 0, toOffset = 0; // bytes within the frames' local memory
  uint32_t bytes = 0;
};

struct CallSite {
  uint32_t callee = 0; // index into Program::functions
  std::vector<Transfer> arguments, results;
};

struct FunctionLayout {
  const Function *function = nullptr;
  uint32_t firstInstruction = 0;
  uint32_t rows = 0;                  // of registers in a frame
  uint32_t localBytes = 0;            // of .local and .param memory in a frame
  std::vector<uint32_t> registerRows; // by Register::index
};

struct Program {
  const Function *entry = nullptr;
  std::vector<Instruction> code;
  std::deque<FunctionLayout> functions; // the entry first
  std::vector<uint32_t> pool;           // constants, 32 lanes each
  std::vector<CallSite> calls;
  std::vector<std::vector<uint32_t>> branchTables;
  uint32_t parameterBytes = 0;
  std::vector<std::pair<uint32_t, uint32_t>> parameters; // offset and size in bytes
  uint32_t staticSharedBytes = 0;
  uint32_t contracted = 0; // bare additions that were fused with a bare multiplication
};

/// Decodes `entry` of `module`, whose .global and .const variables have their addresses already. Throws PtxError.
std::unique_ptr<Program> decodeProgram(const Module &module, const Function &entry);

} // namespace softgpu

#endif
