//===- Types.h - fundamental types and state spaces -------------*- C++ -*-===//

#ifndef SOFTGPU_PTX_TYPES_H
#define SOFTGPU_PTX_TYPES_H

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace softgpu {

enum class TypeKind : uint8_t { Bits, Unsigned, Signed, Float, BFloat, Predicate };

/// A type such as .b32, .s64, .f16x2: `bits` is the size of the whole, `lanes` how many elements it packs.
struct ScalarType {
  TypeKind kind = TypeKind::Bits;
  uint8_t lanes = 1;
  uint16_t bits = 32;

  unsigned bytes() const { return bits == 1 ? 1 : bits / 8; }
  bool isPredicate() const { return kind == TypeKind::Predicate; }
  bool isSigned() const { return kind == TypeKind::Signed; }
  bool isFloat() const { return kind == TypeKind::Float || kind == TypeKind::BFloat; }
  bool isInteger() const { return kind == TypeKind::Unsigned || kind == TypeKind::Signed; }
  bool operator==(const ScalarType &other) const {
    return kind == other.kind && bits == other.bits && lanes == other.lanes;
  }
};

/// The type that `name` ("f32", without the dot) means, if it means one.
std::optional<ScalarType> parseType(std::string_view name);

enum class Space : uint8_t { Generic, Global, Const, Shared, Local, Param };

/// What is wrong with a PTX text, and where.
class PtxError : public std::runtime_error {
public:
  PtxError(unsigned line, const std::string &message) : std::runtime_error(message), line(line) {}
  unsigned line;
};

} // namespace softgpu

#endif
