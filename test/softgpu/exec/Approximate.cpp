//===- Approximate.cpp - the approximate instructions ---------------------===//
//
// PTX bounds their errors and leaves the bits open; here each gives the exact value rounded towards zero, which is
// within every bound, deterministic, and unlike the correctly rounded value about every second time. Each is counted,
// so that a test can demand that none ran.
//
//===----------------------------------------------------------------------===//

#include "FloatMath.h"

namespace softgpu {
namespace {

enum Function : uint16_t { Rcp, Sqrt, Rsqrt, Sin, Cos, Log2, Exp2, Tanh, Divide };
constexpr unsigned flushShift = 8;

double evaluate(unsigned function, double a, double b) {
  switch (function) {
  case Rcp:
    return 1 / a;
  case Sqrt:
    return std::sqrt(a);
  case Rsqrt:
    return 1 / std::sqrt(a);
  case Sin:
    return std::sin(a);
  case Cos:
    return std::cos(a);
  case Log2:
    return std::log2(a);
  case Exp2:
    return std::exp2(a);
  case Tanh:
    return std::tanh(a);
  default:
    return a / b;
  }
}

float towardsZero(double exact) {
  float nearest = static_cast<float>(exact);
  if (std::isinf(nearest) && !std::isinf(exact))
    return std::copysign(std::numeric_limits<float>::max(), nearest);
  return std::fabs(static_cast<double>(nearest)) > std::fabs(exact) ? std::nextafter(nearest, 0.0f) : nearest;
}

void approximate32(Warp &warp, const Instruction &i) {
  warp.countApproximate();
  unsigned function = i.flags & 0xff;
  bool ftz = i.flags >> flushShift;
  const uint32_t *a = warp.lanes<uint32_t>(i.slots[1]);
  const uint32_t *b = i.slots[2].exists() ? warp.lanes<uint32_t>(i.slots[2]) : a;
  uint32_t *to = warp.lanes<uint32_t>(i.slots[0]);
  forEachActive(warp, [&](unsigned l) {
    float x = floatOf(a[l]), y = floatOf(b[l]);
    float result = canonical(towardsZero(evaluate(function, ftz ? flush(x) : x, ftz ? flush(y) : y)));
    to[l] = bitsOf(ftz ? flush(result) : result);
  });
}

/// rcp.approx.ftz.f64 and rsqrt.approx.f64: f64 numbers of which the upper 32 bits count.
void approximate64(Warp &warp, const Instruction &i) {
  warp.countApproximate();
  const uint64_t *a = warp.lanes<uint64_t>(i.slots[1]);
  uint64_t *to = warp.lanes<uint64_t>(i.slots[0]);
  forEachActive(warp, [&](unsigned l) {
    double x = flush(fromLane<double>(a[l] & ~0xffffffffull));
    to[l] = toLane<double>(evaluate(i.flags & 0xff, x, 0)) & ~0xffffffffull;
  });
}

template <Function function> bool decode(Decoder &d) {
  bool full = function == Divide && d.take("full");
  if (!full && !d.take("approx"))
    return false;
  bool ftz = d.take("ftz");
  ScalarType type = d.takeType();
  if (!type.isFloat() || type.lanes != 1 || type.bits < 32)
    d.fail("no such type for this instruction");
  takeOperands(d, type, function == Divide ? 2 : 1);
  d.out.flags = function | uint16_t(ftz) << flushShift;
  if (type.bits == 64 && function != Rcp && function != Rsqrt)
    d.fail("no such type for this instruction");
  return install(d, type.bits == 32 ? approximate32 : approximate64);
}

} // namespace

void addApproximateDecoders(DecoderTable &table) {
  table.add("rcp", decode<Rcp>);
  table.add("sqrt", decode<Sqrt>);
  table.add("rsqrt", decode<Rsqrt>);
  table.add("sin", decode<Sin>);
  table.add("cos", decode<Cos>);
  table.add("lg2", decode<Log2>);
  table.add("ex2", decode<Exp2>);
  table.add("tanh", decode<Tanh>);
  table.add("div", decode<Divide>);
}

} // namespace softgpu
