//===- Select.h - pick the handler for a type -------------------*- C++ -*-===//
//
// From templates over C++ types.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_EXEC_SELECT_H
#define SOFTGPU_EXEC_SELECT_H

#include "Decoder.h"
#include "Lanes.h"

namespace softgpu {

template <typename T> struct Tag {
  using type = T;
};

/// f(Tag<T>) for the integer type of `type`'s size and sign (bits count as unsigned) among 16, 32 and 64 bits.
template <typename F> Handler forInteger(ScalarType type, F f) {
  switch (type.bits | (type.isSigned() ? 1 : 0)) {
  case 16:
    return f(Tag<uint16_t>());
  case 17:
    return f(Tag<int16_t>());
  case 32:
    return f(Tag<uint32_t>());
  case 33:
    return f(Tag<int32_t>());
  case 64:
    return f(Tag<uint64_t>());
  case 65:
    return f(Tag<int64_t>());
  default:
    return nullptr;
  }
}

/// The same without regard to the sign.
template <typename F> Handler forBits(ScalarType type, F f) {
  switch (type.bits) {
  case 16:
    return f(Tag<uint16_t>());
  case 32:
    return f(Tag<uint32_t>());
  case 64:
    return f(Tag<uint64_t>());
  default:
    return nullptr;
  }
}

template <typename Op> Handler unaryInteger(ScalarType type) {
  return forInteger(type, [](auto tag) -> Handler { return unary<Op, typename decltype(tag)::type>; });
}
template <typename Op> Handler binaryInteger(ScalarType type) {
  return forInteger(type, [](auto tag) -> Handler { return binary<Op, typename decltype(tag)::type>; });
}
template <typename Op> Handler ternaryInteger(ScalarType type) {
  return forInteger(type, [](auto tag) -> Handler { return ternary<Op, typename decltype(tag)::type>; });
}

inline bool isPlainInteger(const Decoder &d) {
  std::optional<ScalarType> type = d.lastType();
  return type && type->isInteger() && type->lanes == 1;
}
inline bool isFloatOf(const Decoder &d, unsigned bits) {
  std::optional<ScalarType> type = d.lastType();
  return type && type->kind == TypeKind::Float && type->lanes == 1 && type->bits == bits;
}

/// Destination and `sources` sources of one type.
inline void takeOperands(Decoder &d, ScalarType type, unsigned sources) {
  d.finish(sources + 1);
  d.out.slots[0] = d.destination(0, type);
  for (unsigned i = 1; i <= sources; ++i)
    d.out.slots[i] = d.source(i, type);
}

/// Installs a handler, or refuses the type.
inline bool install(Decoder &d, Handler handler) {
  if (!handler)
    d.fail("no such type for this instruction");
  if (!d.out.slots[0].exists())
    d.fail("the destination is missing");
  d.out.run = handler;
  return true;
}

} // namespace softgpu

#endif
