//===- Types.cpp - fundamental types --------------------------------------===//

#include "Types.h"

#include <unordered_map>

namespace softgpu {

std::optional<ScalarType> parseType(std::string_view name) {
  static const std::unordered_map<std::string_view, ScalarType> types = {
      {"b8", {TypeKind::Bits, 1, 8}},         {"b16", {TypeKind::Bits, 1, 16}},
      {"b32", {TypeKind::Bits, 1, 32}},       {"b64", {TypeKind::Bits, 1, 64}},
      {"b128", {TypeKind::Bits, 1, 128}},     {"u8", {TypeKind::Unsigned, 1, 8}},
      {"u16", {TypeKind::Unsigned, 1, 16}},   {"u32", {TypeKind::Unsigned, 1, 32}},
      {"u64", {TypeKind::Unsigned, 1, 64}},   {"s8", {TypeKind::Signed, 1, 8}},
      {"s16", {TypeKind::Signed, 1, 16}},     {"s32", {TypeKind::Signed, 1, 32}},
      {"s64", {TypeKind::Signed, 1, 64}},     {"f16", {TypeKind::Float, 1, 16}},
      {"f32", {TypeKind::Float, 1, 32}},      {"f64", {TypeKind::Float, 1, 64}},
      {"f16x2", {TypeKind::Float, 2, 32}},    {"f32x2", {TypeKind::Float, 2, 64}},
      {"bf16", {TypeKind::BFloat, 1, 16}},    {"bf16x2", {TypeKind::BFloat, 2, 32}},
      {"u16x2", {TypeKind::Unsigned, 2, 32}}, {"s16x2", {TypeKind::Signed, 2, 32}},
      {"pred", {TypeKind::Predicate, 1, 1}},
  };
  auto found = types.find(name);
  if (found == types.end())
    return std::nullopt;
  return found->second;
}

} // namespace softgpu
