//===- Lanes.h - elementwise handlers ---------------------------*- C++ -*-===//
//
// One function of scalars applied to every active lane. All 32 lanes are computed and the active ones kept, so that
// compilers make vector code of it; the functions must therefore be total.
//
//===----------------------------------------------------------------------===//

#ifndef SOFTGPU_EXEC_LANES_H
#define SOFTGPU_EXEC_LANES_H

#include "Warp.h"

#include <cstring>

namespace softgpu {

template <typename T> inline T fromLane(LaneOf<T> bits) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(bits);
  } else {
    T value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
}

template <typename T> inline LaneOf<T> toLane(T value) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<std::make_unsigned_t<T>>(value);
  } else {
    LaneOf<T> bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    return bits;
  }
}

/// All ones in the active lanes.
template <typename Lane> struct LaneMask {
  Lane masks[warpSize];
  explicit LaneMask(uint32_t active) {
    for (unsigned l = 0; l < warpSize; ++l)
      masks[l] = Lane(0) - Lane(active >> l & 1);
  }
};

template <typename R, typename F> inline void storeLanes(Warp &warp, Slot to, F compute) {
  LaneOf<R> *d = warp.lanes<R>(to);
  if (warp.active == ~0u) {
    for (unsigned l = 0; l < warpSize; ++l)
      d[l] = toLane<R>(compute(l));
    return;
  }
  LaneMask<LaneOf<R>> mask(warp.active);
  for (unsigned l = 0; l < warpSize; ++l)
    d[l] = (toLane<R>(compute(l)) & mask.masks[l]) | (d[l] & ~mask.masks[l]);
}

template <typename Op, typename T, typename R = T> void unary(Warp &warp, const Instruction &i) {
  const auto *a = warp.lanes<T>(i.slots[1]);
  storeLanes<R>(warp, i.slots[0], [=](unsigned l) -> R { return Op::apply(fromLane<T>(a[l])); });
}

template <typename Op, typename T, typename R = T> void binary(Warp &warp, const Instruction &i) {
  const auto *a = warp.lanes<T>(i.slots[1]), *b = warp.lanes<T>(i.slots[2]);
  storeLanes<R>(warp, i.slots[0], [=](unsigned l) -> R { return Op::apply(fromLane<T>(a[l]), fromLane<T>(b[l])); });
}

/// The second operand has a type of its own (shifts).
template <typename Op, typename T, typename B> void binaryMixed(Warp &warp, const Instruction &i) {
  const auto *a = warp.lanes<T>(i.slots[1]);
  const auto *b = warp.lanes<B>(i.slots[2]);
  storeLanes<T>(warp, i.slots[0], [=](unsigned l) -> T { return Op::apply(fromLane<T>(a[l]), fromLane<B>(b[l])); });
}

/// The third operand, like the result, may be of another type (mad.wide).
template <typename Op, typename T, typename C = T> void ternary(Warp &warp, const Instruction &i) {
  const auto *a = warp.lanes<T>(i.slots[1]), *b = warp.lanes<T>(i.slots[2]);
  const auto *c = warp.lanes<C>(i.slots[3]);
  storeLanes<C>(warp, i.slots[0],
                [=](unsigned l) -> C { return Op::apply(fromLane<T>(a[l]), fromLane<T>(b[l]), fromLane<C>(c[l])); });
}

} // namespace softgpu

#endif
