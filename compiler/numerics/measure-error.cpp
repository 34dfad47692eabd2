//===- measure-error.cpp - errors of the definitions over all floats ------===//
//
// nnc-measure-error [--stride N] [FUNCTION...]: compares each function with f64 on every N-th of the 2^32 floats (all
// by default), prints the largest error in ULP and where it is, as a table in Markdown, and fails if one is above its
// stated bound or cannot be measured. With names, it measures just those functions.
//
// A block of floats goes through one plain loop after the other, so that the compiler makes vector code of all but the
// calls to libm, which are what the time goes to.
//
//===----------------------------------------------------------------------===//

#include "compiler/numerics/Builder.h"
#include "compiler/numerics/Elementwise.h"
#include "compiler/numerics/Exp.h"
#include "compiler/numerics/Log.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace nnc::numerics;

namespace {

PlainFloat b;

struct Worst {
  double error = 0; ///< ULP
  uint32_t bits = 0;
};

struct Function {
  const char *name; ///< constants in parentheses where they are not PyTorch's defaults
  double bound;     ///< ULP
  /// Of every `stride`-th float, the `part`-th of `parts` parts.
  std::function<Worst(uint64_t stride, unsigned part, unsigned parts)> measure;
};

double clamped(double x, double low, double high) { return x < low ? low : high < x ? high : x; }

/// Error of `result` in ULP, the distance of neighbouring floats at the exact value, subnormal ones included. Infinity
/// counts as the next float after the largest: where the exact value rounds to infinity, so must the result.
double errorInUlp(float result, double exact) {
  constexpr double next = 0x1p128;
  double bounded = clamped(exact, -next, next), value = clamped(result, -next, next);
  uint64_t bits;
  std::memcpy(&bits, &bounded, sizeof bits);
  bits &= 0x7ff0000000000000; // leaves the power of two at or below it
  double power;
  std::memcpy(&power, &bits, sizeof power);
  double error = std::fabs(value - bounded) / clamped(power * 0x1p-23, 0x1p-149, 0x1p104);
  bool resultIsNan = result != result, exactIsNan = exact != exact;
  return resultIsNan != exactIsNan ? std::numeric_limits<double>::infinity() : resultIsNan ? 0 : error;
}

/// Flat, so that no call keeps the loop from becoming vector code.
template <typename Defined>
[[gnu::flatten, gnu::noinline]] void evaluate(Defined defined, const float *x, float *y, unsigned size) {
  for (unsigned i = 0; i < size; ++i)
    y[i] = defined(x[i]);
}

/// Apart, since libm's SSE code is slow where AVX code has left the upper halves of registers in use.
template <typename Exact> [[gnu::noinline]] void evaluateExact(Exact exact, const float *x, double *y, unsigned size) {
  for (unsigned i = 0; i < size; ++i)
    y[i] = exact(static_cast<double>(x[i]));
}

template <typename Defined, typename Exact>
Worst measure(Defined defined, Exact exact, uint64_t stride, unsigned part, unsigned parts) {
  constexpr uint64_t all = uint64_t(1) << 32;
  constexpr unsigned size = 1024;
  float x[size], y[size];
  double error[size];
  Worst worst;
  // Every parts-th block, so that all parts have as many hard ones.
  for (uint64_t first = part * size * stride; first < all; first += parts * size * stride) {
    for (unsigned i = 0; i < size; ++i) // beyond the last float some of the first again
      x[i] = b.fromBits(static_cast<int32_t>(static_cast<uint32_t>(first) + i * static_cast<uint32_t>(stride)));
    evaluate(defined, x, y, size);
    evaluateExact(exact, x, error, size);
    bool isWorse = false;
    for (unsigned i = 0; i < size; ++i) {
      error[i] = errorInUlp(y[i], error[i]);
      isWorse |= error[i] > worst.error;
    }
    if (!isWorse)
      continue;
    const double *largest = std::max_element(error, error + size);
    worst = {*largest, static_cast<uint32_t>(b.toBits(x[largest - error]))};
  }
  return worst;
}

template <typename Defined, typename Exact>
Function function(const char *name, double bound, Defined defined, Exact exact) {
  return {name, bound,
          [=](uint64_t stride, unsigned part, unsigned parts) { return measure(defined, exact, stride, part, parts); }};
}

constexpr double seluAlpha = 1.6732632423543772848170429916717, seluScale = 1.0507009873554804934193349852946;

/// e^x, but 0 or large where f32 has 0 or infinity: f64's own underflow and overflow are slow.
double exactExp(double x) { return x < -200 ? 0 : std::exp(200 < x ? 200 : x); }

double exactSigmoid(double x) {
  double e = exactExp(-std::fabs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

double exactSoftplus(double x) { return clamped(x, 0, 0x1p128) + std::log1p(exactExp(-std::fabs(x))); }

/// x F(x), F the distribution function of the normal distribution, in f32 0 below -30.
double exactGelu(double x) { return x * (x < -30 ? 0 : std::erfc(-x * 0.70710678118654752440) / 2); }

double exactGeluTanh(double x) {
  // 2 sqrt(2/pi)
  return x * exactSigmoid(1.5957691216057307117597842397375 * (x + 0.044715 * x * x * x));
}

/// x tanh(softplus(x)) without the rounding of the softplus, which is e^x where that is small.
double exactMish(double x) {
  double e = exactExp(40 < x ? 40 : x), product = e * (e + 2);
  return x * (product / (product + 2));
}

/// By the series up to x^17 where x - tanh(x) cancels.
double exactTanhshrink(double x) {
  if (std::fabs(x) > 0.2)
    return x - std::tanh(x);
  double square = x * x, sum = 0;
  for (double coefficient : {-6404582.0 / 10854718875, 929569.0 / 638512875, -21844.0 / 6081075, 1382.0 / 155925,
                             -62.0 / 2835, 17.0 / 315, -2.0 / 15, 1.0 / 3})
    sum = sum * square + coefficient;
  return x * square * sum;
}

const Function functions[] = {
    function(
        "celu", 1.0, [](float x) { return celu(b, x, 1); }, [](double x) { return x < 0 ? std::expm1(x) : x; }),
    function(
        "celu(2)", 1.5, [](float x) { return celu(b, x, 2); },
        [](double x) { return x < 0 ? 2 * std::expm1(x / 2) : x; }),
    function(
        "elu", 1.0, [](float x) { return elu(b, x, 1); }, [](double x) { return x < 0 ? std::expm1(x) : x; }),
    function(
        "exp", 1.0, [](float x) { return exp(b, x); }, [](double x) { return exactExp(x); }),
    function(
        "gelu", 3.0, [](float x) { return gelu(b, x); }, [](double x) { return exactGelu(x); }),
    function(
        "gelu_tanh", 3.0, [](float x) { return geluTanh(b, x); }, [](double x) { return exactGeluTanh(x); }),
    function(
        "hardshrink", 0.0, [](float x) { return hardshrink(b, x, 0.5f); },
        [](double x) { return std::fabs(x) <= 0.5 ? 0.0 : x; }),
    function(
        "hardsigmoid", 1.5, [](float x) { return hardsigmoid(b, x); },
        [](double x) { return clamped(x + 3, 0, 6) / 6; }),
    function(
        "hardswish", 2.5, [](float x) { return hardswish(b, x); },
        [](double x) { return x * (clamped(x + 3, 0, 6) / 6); }),
    function(
        "hardtanh", 0.0, [](float x) { return hardtanh(b, x, -1, 1); }, [](double x) { return clamped(x, -1, 1); }),
    function(
        "leaky_relu", 0.5, [](float x) { return leakyRelu(b, x, 0.01f); },
        [](double x) { return x > 0 ? x : x * 0.01f; }),
    function(
        "log", 1.0, [](float x) { return log(b, x); }, [](double x) { return std::log(x); }),
    function(
        "logsigmoid", 2.0, [](float x) { return logsigmoid(b, x); }, [](double x) { return -exactSoftplus(-x); }),
    function(
        "mish", 3.5, [](float x) { return mish(b, x); }, [](double x) { return exactMish(x); }),
    function(
        "relu", 0.0, [](float x) { return relu(b, x); }, [](double x) { return x < 0 ? 0.0 : x; }),
    function(
        "relu6", 0.0, [](float x) { return relu6(b, x); }, [](double x) { return clamped(x, 0, 6); }),
    function(
        "selu", 1.5, [](float x) { return selu(b, x); },
        [](double x) { return seluScale * (x < 0 ? seluAlpha * std::expm1(x) : x); }),
    function(
        "sigmoid", 2.0, [](float x) { return sigmoid(b, x); }, [](double x) { return exactSigmoid(x); }),
    function(
        "silu", 3.0, [](float x) { return silu(b, x); }, [](double x) { return x * exactSigmoid(x); }),
    function(
        "softplus", 2.0, [](float x) { return softplus(b, x, 1, 20); },
        [](double x) { return x > 20 ? x : exactSoftplus(x); }),
    function(
        "softshrink", 0.5, [](float x) { return softshrink(b, x, 0.5f); },
        [](double x) { return x - clamped(x, -0.5, 0.5); }),
    function(
        "softsign", 1.5, [](float x) { return softsign(b, x); }, [](double x) { return x / (1 + std::fabs(x)); }),
    function(
        "tanh", 2.0, [](float x) { return tanh(b, x); }, [](double x) { return std::tanh(x); }),
    function(
        "tanhshrink", 3.5, [](float x) { return tanhshrink(b, x); }, [](double x) { return exactTanhshrink(x); }),
    function(
        "threshold(0.1, 20)", 0.0, [](float x) { return threshold(b, x, 0.1f, 20.0f); },
        [](double x) { return x <= 0.1f ? 20.0 : x; }),
};

/// Whether each element function is in the table above.
bool allAreMeasured() {
  bool all = true;
  visitElementFunctions([&](std::string_view name, size_t, auto) {
    auto isIt = [&](const Function &f) {
      std::string_view row = f.name;
      return row.substr(0, row.find('(')) == name;
    };
    if (std::none_of(std::begin(functions), std::end(functions), isIt)) {
      std::fprintf(stderr, "nnc-measure-error: %.*s has no f64 definition here\n", int(name.size()), name.data());
      all = false;
    }
  });
  return all;
}

} // namespace

int main(int argc, char **argv) {
  std::vector<std::string_view> arguments(argv + 1, argv + argc);
  uint64_t stride = 1;
  if (arguments.size() >= 2 && arguments[0] == "--stride") {
    stride = std::strtoull(argv[2], nullptr, 10);
    arguments.erase(arguments.begin(), arguments.begin() + 2);
  }
  auto isKnown = [](std::string_view name) {
    return std::any_of(std::begin(functions), std::end(functions), [&](const Function &f) { return f.name == name; });
  };
  if (stride == 0 || !std::all_of(arguments.begin(), arguments.end(), isKnown)) {
    std::fprintf(stderr, "usage: nnc-measure-error [--stride N] [FUNCTION...]\n");
    return 2;
  }
  std::string floats = stride == 1 ? "all" : "1 in " + std::to_string(stride);
  std::printf("| function | largest error, ULP | bound | at | floats |\n|---|---|---|---|---|\n");
  bool good = allAreMeasured();
  for (const Function &function : functions) {
    if (!arguments.empty() && std::find(arguments.begin(), arguments.end(), function.name) == arguments.end())
      continue;
    unsigned count = std::max(1u, std::thread::hardware_concurrency());
    std::vector<Worst> results(count);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < count; ++i)
      threads.emplace_back([&, i] { results[i] = function.measure(stride, i, count); });
    for (std::thread &thread : threads)
      thread.join();
    // Of equal errors the one of the smallest bits, for any number of threads.
    Worst worst = *std::max_element(results.begin(), results.end(), [](const Worst &x, const Worst &y) {
      return x.error != y.error ? x.error < y.error : x.bits > y.bits;
    });
    std::printf("| %s | %.4f | %.1f | %.9g | %s |\n", function.name, worst.error, function.bound,
                b.fromBits(static_cast<int32_t>(worst.bits)), floats.c_str());
    std::fflush(stdout);
    good &= worst.error <= function.bound;
  }
  return good ? 0 : 1;
}
