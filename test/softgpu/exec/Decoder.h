//===- Decoder.h - from a statement to an instruction -----------*- C++ -*-===//
//
// Names become slots. Each area of the instruction set has one file that decodes and executes it; what it decodes, it
// adds to the DecoderTable.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_EXEC_DECODER_H
#define SOFTGPU_EXEC_DECODER_H

#include "Program.h"

#include <map>
#include <string_view>
#include <unordered_map>

namespace softgpu {

class ProgramBuilder;

/// One statement while it is decoded.
class Decoder {
public:
  Decoder(ProgramBuilder &builder, const FunctionLayout &layout, const Statement &statement);

  [[noreturn]] void fail(const std::string &message) const;

  // Modifiers: each must be taken by whoever decodes, or the instruction is refused.
  bool take(std::string_view modifier);
  /// The index of the first of `names` that is there, or -1.
  int takeOneOf(std::initializer_list<const char *> names);
  bool takePrefix(std::string_view prefix);
  /// The last type of the statement, left in place.
  std::optional<ScalarType> lastType() const;
  ScalarType takeType();
  std::optional<ScalarType> takeTypeIfAny();
  std::optional<Space> takeSpace();
  bool hasModifier(std::string_view modifier) const;
  void finish(size_t operandCount);
  void finish() const;

  // Operands. Sizes are those of `type`, unless `relaxed` says that the register may be wider.
  size_t operandCount() const { return statement.operands.size(); }
  const Operand &operand(size_t index) const;
  Slot destination(const Operand &operand, ScalarType type, bool relaxed = false) const;
  Slot source(const Operand &operand, ScalarType type, bool relaxed = false);
  Slot destination(size_t index, ScalarType type) const { return destination(operand(index), type); }
  Slot source(size_t index, ScalarType type) { return source(operand(index), type); }
  Slot predicate(const Operand &operand) const;
  Slot constant(uint64_t bits, bool wide);
  /// An address operand: the register (64 bits wide: flag `wide`) into slots[slot], the offset into immediate.
  void address(const Operand &operand, unsigned slot, Space space, int64_t &offset, bool &wide);
  uint64_t integer(size_t index) const;
  bool isWide(const Operand &operand) const;
  Slot slotOf(const Register &reg) const;
  /// The hidden register that holds where the frame's local memory begins.
  Slot localBase() const { return Slot(Slot::Frame, 0); }
  bool inEntry() const { return layout.function->isEntry; }

  const Statement &statement;
  Instruction out;
  ProgramBuilder &builder;
  const FunctionLayout &layout;

  /// Registers this statement writes.
  mutable std::vector<Slot> written;

private:
  std::vector<std::string> modifiers;
};

/// False when the statement is not for it (another type of operand, say).
using DecodeFunction = bool (*)(Decoder &);

class DecoderTable {
public:
  void add(std::string_view name, DecodeFunction decode) { table[std::string(name)].push_back(decode); }
  const std::vector<DecodeFunction> *find(const std::string &name) const;
  static const DecoderTable &instance();

private:
  std::unordered_map<std::string, std::vector<DecodeFunction>> table;
};

void addIntegerDecoders(DecoderTable &);
void addBitDecoders(DecoderTable &);
void addFloatDecoders(DecoderTable &);
void addHalfDecoders(DecoderTable &);
void addApproximateDecoders(DecoderTable &);
void addCompareDecoders(DecoderTable &);
void addConvertDecoders(DecoderTable &);
void addMoveDecoders(DecoderTable &);
void addLoadStoreDecoders(DecoderTable &);
void addAsyncCopyDecoders(DecoderTable &);
void addAtomicDecoders(DecoderTable &);
void addControlDecoders(DecoderTable &);
void addBarrierDecoders(DecoderTable &);
void addMbarrierDecoders(DecoderTable &);
void addWarpDecoders(DecoderTable &);

/// Builds the code of a kernel and of what it calls.
class ProgramBuilder {
public:
  ProgramBuilder(const Module &module, const Function &entry);
  std::unique_ptr<Program> run();

  Slot constant(uint64_t bits, bool wide);
  uint32_t functionIndex(const std::string &name, unsigned line);
  uint64_t addressOf(const Variable &var, unsigned line) const;
  uint64_t localOffset(const Variable &var) const;
  bool isEntryParameter(const Variable &var) const;
  /// Where a label will be; known once the function is laid out.
  void referToLabel(const FunctionLayout &layout, const std::string &label, unsigned line, uint32_t instruction);
  uint32_t addBranchTable(const FunctionLayout &layout, const std::string &name, unsigned line);

  Program &program() { return *result; }
  const Module &module;

  /// A product that a multiplication without a rounding modifier left in a register: ptxas may fuse it with an addition
  /// that has none either, so the software GPU always does, within a basic block.
  struct BareProduct {
    Slot a, b;
    bool ftz = false;
  };
  const BareProduct *productIn(Slot slot) const;
  void rememberProduct(Slot slot, BareProduct product) { freshProduct = {slot, product}; }

private:
  void forgetProducts(const std::vector<Slot> &written);
  std::map<uint32_t, BareProduct> products; // by Slot::key
  std::pair<Slot, BareProduct> freshProduct;
  uint32_t layOut(const Function &function);
  void layOutParameters();
  void layOutShared();
  void decodeFunction(uint32_t index);
  Instruction decodeStatement(const FunctionLayout &layout, const Statement &statement);
  void collectShared(const Function &function, std::vector<const Variable *> &found) const;

  std::unique_ptr<Program> result;
  std::map<std::pair<uint64_t, bool>, Slot> constants;
  std::map<std::string, uint32_t> functionIndices;
  std::map<const Variable *, uint64_t> sharedOffsets, localOffsets, parameterOffsets;
  struct Fixup {
    uint32_t instruction;
    std::string label;
    unsigned line;
  };
  std::vector<Fixup> fixups;
  struct TableFixup {
    uint32_t table;
    std::string name;
    unsigned line;
  };
  std::vector<TableFixup> tableFixups;
};

} // namespace softgpu

#endif
